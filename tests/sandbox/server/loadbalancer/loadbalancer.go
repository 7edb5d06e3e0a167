// Package loadbalancer stands in for the AWS load balancer controller: its
// resource type, webhooks, finalizer and registration of targets, so that what
// depends on them can be tested. It can be installed late, be slow, or stop
// while its webhooks stay behind.
package loadbalancer

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"

	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

type options struct {
	kubeconfig, endpoint, region, cert, key string
	delay, startDelay                       time.Duration
	installCRD                              bool
}

func parseOptions(args []string) (options, error) {
	var o options
	fs := flag.NewFlagSet("load-balancer-controller", flag.ContinueOnError)
	fs.StringVar(&o.kubeconfig, "kubeconfig", "", "how to reach the cluster (required)")
	fs.StringVar(&o.endpoint, "elb-endpoint", "", "URL of the load balancing service (required)")
	fs.StringVar(&o.region, "region", "us-east-1", "region of the target groups")
	fs.StringVar(&o.cert, "cert", "", "certificate to serve the webhooks with (required)")
	fs.StringVar(&o.key, "key", "", "its key (required)")
	fs.DurationVar(&o.delay, "webhook-delay", 0, "how long the webhooks take to answer")
	fs.DurationVar(&o.startDelay, "start-delay", 0, "how long the webhooks are registered before they are served")
	fs.BoolVar(&o.installCRD, "install-crd", true, "install the resource type")
	if err := fs.Parse(args); err != nil {
		return o, err
	}
	if o.kubeconfig == "" || o.endpoint == "" || o.cert == "" || o.key == "" {
		return o, errors.New("--kubeconfig, --elb-endpoint, --cert and --key are required")
	}
	return o, nil
}

// Run installs the stand-in and serves until ctx is done. What it installed stays.
func Run(ctx context.Context, args []string) error {
	o, err := parseOptions(args)
	if err != nil {
		return err
	}
	config, err := clientcmd.BuildConfigFromFlags("", o.kubeconfig)
	if err != nil {
		return err
	}
	config.UserAgent, config.QPS = "aws-load-balancer-controller", -1
	typed, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	client, err := dynamic.NewForConfig(config)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer listener.Close()
	url := "https://" + listener.Addr().String()
	if err := install(ctx, o, client, url, config.CAData); err != nil {
		return err
	}
	if err := json.NewEncoder(os.Stdout).Encode(map[string]string{"webhooks": url}); err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		return nil
	case <-time.After(o.startDelay):
	}
	return serve(ctx, o, typed, client, listener)
}

func serve(ctx context.Context, o options, typed kubernetes.Interface, client dynamic.Interface, listener net.Listener) error {
	service := elb{o.endpoint, o.region}
	server := &http.Server{Handler: admission{service, client, o.delay}.handler()}
	failed := make(chan error, 1)
	go func() { failed <- server.ServeTLS(listener, o.cert, o.key) }()
	context.AfterFunc(ctx, func() { server.Close() })
	log := func(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }
	err := controller{service, typed, client, log}.run(ctx)
	if served := <-failed; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}
