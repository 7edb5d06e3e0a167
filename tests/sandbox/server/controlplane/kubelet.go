package controlplane

import (
	"context"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/utils/clock"
	nodefast "sigs.k8s.io/kwok/kustomize/stage/node/fast"
	nodeheartbeat "sigs.k8s.io/kwok/kustomize/stage/node/heartbeat-with-lease"
	podfast "sigs.k8s.io/kwok/kustomize/stage/pod/fast"
	"sigs.k8s.io/kwok/pkg/apis/internalversion"
	"sigs.k8s.io/kwok/pkg/config"
	"sigs.k8s.io/kwok/pkg/kwok/controllers"
	"sigs.k8s.io/kwok/pkg/log"
	kwokclient "sigs.k8s.io/kwok/pkg/utils/client"
)

// startKubelet registers the nodes and plays kwok's default stages on them and their pods.
func startKubelet(ctx context.Context, g *group, kubeconfig string, o options) error {
	stages := map[internalversion.StageResourceRef][]*internalversion.Stage{}
	for _, text := range []string{nodefast.DefaultNodeInit, nodeheartbeat.DefaultNodeHeartbeatWithLease, podfast.DefaultPodReady, podfast.DefaultPodComplete, podfast.DefaultPodDelete, podFailStage, loadBalancerStage, claimStage} {
		stage, err := config.UnmarshalWithType[*internalversion.Stage](text)
		if err != nil {
			return err
		}
		stages[stage.Spec.ResourceRef] = append(stages[stage.Spec.ResourceRef], stage)
	}
	set, err := kwokclient.NewClientset("", kubeconfig)
	if err != nil {
		return err
	}
	rc, err := set.ToRESTConfig()
	if err != nil {
		return err
	}
	rc.UserAgent = "kubelet/simulated"
	typed, err := kubernetes.NewForConfig(rc)
	if err != nil {
		return err
	}
	dynamic, err := set.ToDynamicClient()
	if err != nil {
		return err
	}
	mapper, err := set.ToRESTMapper()
	if err != nil {
		return err
	}
	raw, err := rest.RESTClientFor(rc)
	if err != nil {
		return err
	}
	ctr, err := controllers.NewController(controllers.Config{
		Clock: clock.RealClock{}, TypedClient: typed, DynamicClient: dynamic, RESTClient: raw, RESTMapper: mapper,
		ImpersonatingDynamicClient: set.ToImpersonatingDynamicClient(), ImpersonatingTypedClient: set.ToImpersonatingTypedClient(),
		LocalStages: stages, ManageAllNodes: true, CIDR: "10.244.0.1/16", NodeIP: "10.0.0.1", NodePort: 10247,
		PodPlayStageParallelism: 4, NodePlayStageParallelism: 1, NodeLeaseParallelism: 1,
		NodeLeaseDurationSeconds: 40, PodsOnNodeSyncParallelism: 1, ID: "sandbox",
	})
	if err != nil {
		return err
	}
	ctx = log.NewContext(ctx, log.NewLogger(nil, log.LevelError))
	if err := ctr.Start(ctx); err != nil {
		return err
	}
	class := &storagev1.StorageClass{
		ObjectMeta:  metav1.ObjectMeta{Name: "sandbox", Annotations: map[string]string{"storageclass.kubernetes.io/is-default-class": "true"}},
		Provisioner: "sandbox.invalid/none",
	}
	if _, err := typed.StorageV1().StorageClasses().Create(ctx, class, metav1.CreateOptions{}); err != nil && !apierrors.IsAlreadyExists(err) {
		return err
	}
	for i := range o.nodes {
		name := fmt.Sprintf("node-%d", i)
		labels := map[string]string{
			"kubernetes.io/hostname": name, "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64", "topology.kubernetes.io/zone": "sandbox-a",
		}
		for _, pair := range strings.FieldsFunc(o.nodeLabels, func(r rune) bool { return r == ',' }) {
			key, value, _ := strings.Cut(pair, "=")
			labels[key] = value
		}
		_, err := typed.CoreV1().Nodes().Create(ctx, &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: labels}}, metav1.CreateOptions{})
		if err != nil && !apierrors.IsAlreadyExists(err) {
			return err
		}
	}
	g.run("kwok", func() error { <-ctx.Done(); return nil })
	return nil
}
