// sandbox runs what tests need of the outside world, on the loopback only:
// a Kubernetes control plane, a proxy that injects faults, and a stand-in for
// the AWS load balancer controller.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"sandbox/controlplane"
	"sandbox/faults"
	"sandbox/loadbalancer"
)

// A part of the sandbox runs until ctx is done. It prints one line of JSON on
// standard output as soon as it is ready.
type part func(ctx context.Context, args []string) error

var parts = map[string]part{
	"control-plane":            controlplane.Run,
	"faults":                   faults.Run,
	"load-balancer-controller": loadbalancer.Run,
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "sandbox:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	lifeline := len(args) > 0 && args[0] == "--lifeline"
	if lifeline {
		args = args[1:]
	}
	if len(args) == 0 || parts[args[0]] == nil {
		return fmt.Errorf("usage: sandbox [--lifeline] control-plane | faults | load-balancer-controller [flags]")
	}
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	if lifeline {
		// Standard input ends when the parent dies, however it dies.
		go func() { io.Copy(io.Discard, os.Stdin); cancel() }()
	}
	return parts[args[0]](ctx, args[1:])
}
