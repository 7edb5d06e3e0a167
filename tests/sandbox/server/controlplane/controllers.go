package controlplane

import (
	"context"
	"os"

	kcm "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	kcmoptions "k8s.io/kubernetes/cmd/kube-controller-manager/app/options"
)

func startControllers(ctx context.Context, g *group, o options, f files) error {
	s, err := kcmoptions.NewKubeControllerManagerOptions()
	if err != nil {
		return err
	}
	known, disabled, aliases := kcm.KnownControllers(), kcm.ControllersDisabledByDefault(), kcm.ControllerAliases()
	flags := s.Flags(known, disabled, aliases)
	s.ParsedFlags = &flags
	if err := parse("kube-controller-manager", flags, []string{
		"--kubeconfig=" + f.kubeconfig,
		"--controllers=" + o.controllers,
		"--leader-elect=false",
		"--secure-port=0",
		"--use-service-account-credentials=false",
		"--root-ca-file=" + f.ca,
		"--service-account-private-key-file=" + f.serviceAccountKey,
		"--kube-api-qps=1000", "--kube-api-burst=2000",
		"--profiling=false",
	}); err != nil {
		return err
	}
	os.Args[0] = "kube-controller-manager"
	c, err := s.Config(ctx, known, disabled, aliases)
	if err != nil {
		return err
	}
	g.run("kube-controller-manager", func() error { return kcm.Run(ctx, c.Complete()) })
	return nil
}
