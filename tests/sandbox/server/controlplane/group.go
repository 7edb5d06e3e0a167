package controlplane

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

func await(ctx context.Context, g *group, limit time.Duration, check func() error) error {
	deadline := time.Now().Add(limit)
	for {
		err := check()
		if err == nil {
			return nil
		}
		if gerr := g.err(); gerr != nil {
			return gerr
		}
		if time.Now().After(deadline) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(25 * time.Millisecond):
		}
	}
}

// group runs components; one that ends early brings the cluster down.
type group struct {
	wg     sync.WaitGroup
	mu     sync.Mutex
	errs   []error
	failed func()
}

func newGroup(failed func()) *group { return &group{failed: failed} }

func (g *group) run(name string, f func() error) {
	g.wg.Add(1)
	go func() {
		defer g.wg.Done()
		if err := f(); err != nil && !errors.Is(err, context.Canceled) {
			g.mu.Lock()
			g.errs = append(g.errs, fmt.Errorf("%s: %w", name, err))
			g.mu.Unlock()
		}
		g.failed()
	}()
}

func (g *group) err() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	return errors.Join(g.errs...)
}

func (g *group) wait(limit time.Duration) {
	done := make(chan struct{})
	go func() { g.wg.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(limit):
	}
}
