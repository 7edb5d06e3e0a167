// Package controlplane runs a real Kubernetes control plane (etcd,
// kube-apiserver, kube-controller-manager, kube-scheduler) and a simulated
// kubelet in one process. Nothing is containerised and no pod really runs.
package controlplane

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/klog/v2"

	"sandbox/eks"
)

type options struct {
	dataDir     string
	port        int
	nodes       int
	controllers string
	issuer      string
	verbosity   int
	apiArgs     string
	parts       string
	nodeLabels  string
	stsFile     string
	clusterName string
	litter      string
}

func parseOptions(args []string) (options, error) {
	var o options
	fs := flag.NewFlagSet("control-plane", flag.ContinueOnError)
	fs.StringVar(&o.dataDir, "data-dir", "", "folder for etcd's data, keys, logs and the kubeconfig (required)")
	fs.IntVar(&o.port, "port", 0, "HTTPS port on 127.0.0.1 (0: any free port)")
	fs.IntVar(&o.nodes, "nodes", 1, "how many simulated nodes to register")
	fs.StringVar(&o.controllers, "controllers", "*", "kube-controller-manager --controllers")
	fs.StringVar(&o.issuer, "service-account-issuer", "", "issuer of service account tokens (the API server itself by default)")
	fs.IntVar(&o.verbosity, "v", 0, "klog verbosity")
	fs.StringVar(&o.apiArgs, "apiserver-args", "", "more kube-apiserver flags, separated by blanks")
	fs.StringVar(&o.parts, "parts", "controllers,scheduler,kubelet", "what to run beside etcd and the API server")
	fs.StringVar(&o.nodeLabels, "node-labels", "", "more labels for every node: key=value,key=value")
	fs.StringVar(&o.stsFile, "sts-endpoint-file", "", "file that will say where EKS tokens are verified (none: they are not accepted)")
	fs.StringVar(&o.litter, "remove-at-end", "", "folder to delete once everything has stopped")
	fs.StringVar(&o.clusterName, "cluster-name", "sandbox", "the name EKS tokens must be made for")
	if err := fs.Parse(args); err != nil {
		return o, err
	}
	if o.dataDir == "" {
		return o, errors.New("--data-dir is required")
	}
	return o, nil
}

func (o options) has(part string) bool {
	return strings.Contains(","+o.parts+",", ","+part+",")
}

// ready is what callers learn once the cluster can be used.
type ready struct {
	Kubeconfig string  `json:"kubeconfig"`
	Server     string  `json:"server"`
	CA         string  `json:"ca"`
	Issuer     string  `json:"issuer"`
	APIReady   float64 `json:"api_ready_seconds"`
	Ready      float64 `json:"ready_seconds"`
}

// Run starts the cluster, announces it, and serves until ctx is done.
func Run(ctx context.Context, args []string) error {
	o, err := parseOptions(args)
	if err != nil {
		return err
	}
	dir, err := filepath.Abs(o.dataDir)
	if err != nil {
		return err
	}
	if o.litter != "" {
		defer os.RemoveAll(o.litter)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	unlock, err := lock(filepath.Join(dir, "lock"))
	if err != nil {
		return err
	}
	defer unlock()
	logFile, err := os.OpenFile(filepath.Join(dir, "cluster.log"), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer logFile.Close()
	logTo(logFile, o.verbosity)
	defer klog.Flush()
	return serve(ctx, o, dir)
}

func serve(ctx context.Context, o options, dir string) error {
	started := time.Now()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	listener, err := net.Listen("tcp4", fmt.Sprintf("127.0.0.1:%d", o.port))
	if err != nil {
		return err
	}
	o.port = listener.Addr().(*net.TCPAddr).Port
	if o.issuer == "" {
		o.issuer = fmt.Sprintf("https://127.0.0.1:%d", o.port)
	}
	files, err := writeCredentials(dir, o.port)
	if err != nil {
		return err
	}
	if err := os.Chdir(dir); err != nil {
		return err
	}
	stopEtcd, endpoint, err := startEtcd(dir)
	if err != nil {
		return fmt.Errorf("etcd: %w", err)
	}
	defer stopEtcd()

	// The API server outlives its clients: two groups, stopped in that order.
	serverCtx, stopServer := context.WithCancel(context.Background())
	defer stopServer()
	server := newGroup(cancel)
	if err := acceptEKSTokens(serverCtx, &o, files); err != nil {
		return fmt.Errorf("EKS authenticator: %w", err)
	}
	if err := startAPIServer(serverCtx, server, o, files, endpoint, listener); err != nil {
		return fmt.Errorf("kube-apiserver: %w", err)
	}
	client, err := clientOf(files.kubeconfig)
	if err != nil {
		return err
	}
	if err := await(ctx, server, 60*time.Second, func() error {
		return client.Discovery().RESTClient().Get().AbsPath("/readyz").Do(ctx).Error()
	}); err != nil {
		return fmt.Errorf("waiting for the API server: %w", err)
	}
	apiReady := time.Since(started)

	clients := newGroup(cancel)
	if err := startClients(ctx, clients, client, o, files); err != nil {
		return err
	}
	announcement := ready{
		Kubeconfig: files.kubeconfig,
		Server:     fmt.Sprintf("https://127.0.0.1:%d", o.port),
		CA:         files.ca,
		Issuer:     o.issuer,
		APIReady:   apiReady.Seconds(),
		Ready:      time.Since(started).Seconds(),
	}
	if err := json.NewEncoder(os.Stdout).Encode(announcement); err != nil {
		return err
	}

	<-ctx.Done()
	clients.wait(5 * time.Second)
	stopServer()
	server.wait(10 * time.Second)
	stopEtcd()
	return errors.Join(server.err(), clients.err())
}

func clientOf(kubeconfig string) (*kubernetes.Clientset, error) {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return nil, err
	}
	config.QPS = -1
	return kubernetes.NewForConfig(config)
}

// startClients starts what works on the API server, and waits until pods would run.
func startClients(ctx context.Context, g *group, client kubernetes.Interface, o options, f files) error {
	if err := publishIssuer(ctx, client); err != nil {
		return fmt.Errorf("publishing the issuer: %w", err)
	}
	if o.has("scheduler") {
		if err := startScheduler(ctx, g, f); err != nil {
			return fmt.Errorf("kube-scheduler: %w", err)
		}
	}
	if o.has("controllers") {
		if err := startControllers(ctx, g, o, f); err != nil {
			return fmt.Errorf("kube-controller-manager: %w", err)
		}
	}
	if !o.has("kubelet") {
		return nil
	}
	if err := startKubelet(ctx, g, f.kubeconfig, o); err != nil {
		return fmt.Errorf("simulated kubelet: %w", err)
	}
	if err := await(ctx, g, 60*time.Second, func() error {
		return usable(ctx, client, o.nodes, o.has("controllers"))
	}); err != nil {
		return fmt.Errorf("waiting for the cluster: %w", err)
	}
	return nil
}

// acceptEKSTokens lets the API server ask the EKS authenticator about tokens it does not know.
func acceptEKSTokens(ctx context.Context, o *options, f files) error {
	if o.stsFile == "" {
		return nil
	}
	// The emulator may start later than the cluster.
	sts := func() (string, error) {
		text, err := os.ReadFile(o.stsFile)
		return strings.TrimSpace(string(text)), err
	}
	config, err := eks.Serve(ctx, eks.Authenticator{STS: sts, Cluster: o.clusterName}, eks.TLS{
		Cert: f.servingCert, Key: f.servingKey, CA: f.ca,
	})
	if err != nil {
		return err
	}
	path := filepath.Join(filepath.Dir(f.kubeconfig), "authenticator.kubeconfig")
	if err := clientcmd.WriteToFile(*config, path); err != nil {
		return err
	}
	o.apiArgs += " --authentication-token-webhook-config-file=" + path +
		" --authentication-token-webhook-version=v1 --authentication-token-webhook-cache-ttl=10s"
	return nil
}

// usable reports whether a pod created now would be scheduled and run.
func usable(ctx context.Context, client kubernetes.Interface, nodes int, controllers bool) error {
	list, err := client.CoreV1().Nodes().List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	ready := 0
	for _, node := range list.Items {
		for _, c := range node.Status.Conditions {
			if c.Type == corev1.NodeReady && c.Status == corev1.ConditionTrue && len(node.Spec.Taints) == 0 {
				ready++
			}
		}
	}
	if ready < nodes {
		return fmt.Errorf("%d of %d nodes ready", ready, nodes)
	}
	if controllers {
		_, err = client.CoreV1().ServiceAccounts("default").Get(ctx, "default", metav1.GetOptions{})
	}
	return err
}
