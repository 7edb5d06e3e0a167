package controlplane

import (
	"context"
	"fmt"
	"net"
	"os"
	"strings"

	utilerrors "k8s.io/apimachinery/pkg/util/errors"
	"k8s.io/client-go/rest"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	apiserveroptions "k8s.io/kubernetes/cmd/kube-apiserver/app/options"
)

func startAPIServer(ctx context.Context, g *group, o options, f files, etcd string, listener net.Listener) error {
	s := apiserveroptions.NewServerRunOptions()
	args := []string{
		"--etcd-servers=" + etcd,
		"--bind-address=127.0.0.1",
		fmt.Sprintf("--secure-port=%d", o.port),
		"--tls-cert-file=" + f.servingCert,
		"--tls-private-key-file=" + f.servingKey,
		"--client-ca-file=" + f.ca,
		"--token-auth-file=" + f.tokens,
		"--authorization-mode=RBAC",
		"--service-cluster-ip-range=10.96.0.0/16",
		"--service-account-issuer=" + o.issuer,
		"--service-account-jwks-uri=" + o.issuer + "/openid/v1/jwks",
		"--service-account-key-file=" + f.serviceAccountKey,
		"--service-account-signing-key-file=" + f.serviceAccountKey,
		"--allow-privileged=true",
		"--enable-aggregator-routing=true", // webhooks go to endpoints: no kube-proxy serves cluster IPs
		"--profiling=false",
	}
	args = append(args, strings.Fields(o.apiArgs)...)
	if err := parse("kube-apiserver", s.Flags(), args); err != nil {
		return err
	}
	s.SecureServing.Listener = listener
	if err := s.GenericServerRunOptions.ComponentGlobalsRegistry.Set(); err != nil {
		return err
	}
	rest.SetDefaultWarningHandler(rest.NoWarnings{})
	completed, err := s.Complete(ctx)
	if err != nil {
		return err
	}
	if errs := completed.Validate(); len(errs) > 0 {
		return utilerrors.NewAggregate(errs)
	}
	os.Args[0] = "kube-apiserver"
	g.run("kube-apiserver", func() error { return apiserver.Run(ctx, completed) })
	return nil
}
