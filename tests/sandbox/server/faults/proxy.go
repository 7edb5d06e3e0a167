// Package faults is a proxy between the program under test and a service. It
// counts the calls, and makes those fail that the rules tell it to.
package faults

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

type proxy struct {
	rules rules
	next  http.Handler

	held  atomic.Int64
	mu    sync.Mutex
	calls []call
}

// mostCalls bounds what is kept of them.
const mostCalls = 1_000_000

type options struct {
	target, targetCA, cert, key string
}

// Run serves the proxy, and beside it the control port, until ctx is done.
func Run(ctx context.Context, args []string) error {
	var o options
	fs := flag.NewFlagSet("faults", flag.ContinueOnError)
	fs.StringVar(&o.target, "target", "", "URL of the service (required)")
	fs.StringVar(&o.targetCA, "target-ca", "", "certificate authority of the service")
	fs.StringVar(&o.cert, "cert", "", "certificate to serve with (none: plain HTTP)")
	fs.StringVar(&o.key, "key", "", "its key")
	if err := fs.Parse(args); err != nil {
		return err
	}
	target, err := url.Parse(o.target)
	if err != nil || target.Host == "" {
		return errors.New("--target must be a URL")
	}
	transport, err := transportTo(o.targetCA)
	if err != nil {
		return err
	}
	p := &proxy{next: &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.Out.Host = r.In.Host // it is part of AWS signatures
		},
		Transport:     transport,
		FlushInterval: -1, // watches
	}}
	p.rules.set(nil, 1)
	return p.serve(ctx, o)
}

func transportTo(ca string) (*http.Transport, error) {
	transport := &http.Transport{MaxIdleConnsPerHost: 64, IdleConnTimeout: time.Minute}
	if ca == "" {
		return transport, nil
	}
	pem, err := os.ReadFile(ca)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("%s: no certificate", ca)
	}
	transport.TLSClientConfig = &tls.Config{RootCAs: pool}
	return transport, nil
}

func (p *proxy) serve(ctx context.Context, o options) error {
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return err
	}
	control, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: p}
	controller := &http.Server{Handler: p.control()}
	failed := make(chan error, 2)
	scheme := "http"
	if o.cert == "" {
		go func() { failed <- server.Serve(listener) }()
	} else {
		scheme = "https"
		go func() { failed <- server.ServeTLS(listener, o.cert, o.key) }()
	}
	go func() { failed <- controller.Serve(control) }()
	err = json.NewEncoder(os.Stdout).Encode(map[string]string{
		"endpoint": scheme + "://" + listener.Addr().String(),
		"control":  "http://" + control.Addr().String(),
	})
	if err != nil {
		return err
	}
	select {
	case err = <-failed:
	case <-ctx.Done():
	}
	return errors.Join(err, server.Close(), controller.Close())
}

func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c, err := read(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	p.remember(c)
	rule, strikes := p.rules.of(c)
	if !strikes {
		p.next.ServeHTTP(w, r)
		return
	}
	delay := time.Duration(rule.Milliseconds) * time.Millisecond
	if rule.Fault == Held {
		p.next.ServeHTTP(discard{http.Header{}}, r)
		p.hold(r.Context(), delay)
		panic(http.ErrAbortHandler)
	}
	time.Sleep(delay)
	switch rule.Fault {
	case Throttle:
		throttled(w, c)
	case Error:
		failed(w, c, rule.status())
	case Answer:
		answered(w, c, rule)
	case Reset:
		panic(http.ErrAbortHandler)
	case Lost:
		p.next.ServeHTTP(discard{http.Header{}}, r)
		panic(http.ErrAbortHandler)
	default:
		p.next.ServeHTTP(w, r)
	}
}

// hold keeps an answer back until whoever waits for it is gone.
func (p *proxy) hold(ctx context.Context, most time.Duration) {
	p.held.Add(1)
	defer p.held.Add(-1)
	select {
	case <-ctx.Done():
	case <-time.After(most):
	}
}

func (p *proxy) remember(c call) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.calls) < mostCalls {
		p.calls = append(p.calls, c)
	}
}

// discard takes an answer that nobody will see.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(b []byte) (int, error) { return len(b), nil }
func (d discard) WriteHeader(int)             {}
