package controlplane

import (
	"context"
	"os"

	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	scheduleroptions "k8s.io/kubernetes/cmd/kube-scheduler/app/options"
)

func startScheduler(ctx context.Context, g *group, f files) error {
	s := scheduleroptions.NewOptions()
	if err := parse("kube-scheduler", *s.Flags, []string{
		"--kubeconfig=" + f.kubeconfig,
		"--leader-elect=false",
		"--secure-port=0",
		"--kube-api-qps=1000", "--kube-api-burst=2000",
		"--profiling=false",
	}); err != nil {
		return err
	}
	os.Args[0] = "kube-scheduler" // client-go derives field manager names from it
	cc, sched, err := scheduler.Setup(ctx, s)
	if err != nil {
		return err
	}
	g.run("kube-scheduler", func() error {
		err := scheduler.Run(ctx, cc, sched)
		if ctx.Err() != nil {
			return nil // it always returns an error, also when asked to stop
		}
		return err
	})
	return nil
}
