package loadbalancer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	discoveryv1 "k8s.io/api/discovery/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
)

// controller keeps target groups in step with the endpoints of services.
type controller struct {
	elb    elb
	typed  kubernetes.Interface
	client dynamic.Interface
	log    func(format string, args ...any)
}

// run looks at every binding a few times a second until ctx is done.
func (c controller) run(ctx context.Context) error {
	ticker := time.NewTicker(200 * time.Millisecond)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
			if err := c.reconcileAll(ctx); err != nil && ctx.Err() == nil {
				c.log("%v", err)
			}
		}
	}
}

func (c controller) reconcileAll(ctx context.Context) error {
	list, err := c.client.Resource(bindings).List(ctx, metav1.ListOptions{})
	if err != nil {
		return fmt.Errorf("listing bindings: %w", err)
	}
	var failures []error
	for _, item := range list.Items {
		b := binding{&item}
		if err := c.reconcile(ctx, b); err != nil {
			failures = append(failures, fmt.Errorf("%s/%s: %w", b.GetNamespace(), b.GetName(), err))
		}
	}
	return errors.Join(failures...)
}

func (c controller) reconcile(ctx context.Context, b binding) error {
	if b.GetDeletionTimestamp() != nil {
		return c.release(ctx, b)
	}
	if !slices.Contains(b.GetFinalizers(), finalizer) {
		return c.patch(ctx, b, "", map[string]any{"metadata": map[string]any{
			"finalizers":      append(b.GetFinalizers(), finalizer),
			"resourceVersion": b.GetResourceVersion(),
		}})
	}
	wanted, err := c.endpoints(ctx, b)
	if err != nil {
		return err
	}
	registered, err := c.elb.targets(ctx, b.text("targetGroupARN"))
	if err != nil {
		return err
	}
	arn := b.text("targetGroupARN")
	if err := c.elb.change(ctx, "RegisterTargets", arn, without(wanted, registered)); err != nil {
		return err
	}
	if err := c.elb.change(ctx, "DeregisterTargets", arn, without(registered, wanted)); err != nil {
		return err
	}
	status, _, _ := unstructured.NestedInt64(b.Object, "status", "observedGeneration")
	if status == b.GetGeneration() {
		return nil
	}
	return c.patch(ctx, b, "status", map[string]any{"status": map[string]any{"observedGeneration": b.GetGeneration()}})
}

// release deregisters the targets and lets the binding go.
func (c controller) release(ctx context.Context, b binding) error {
	if !slices.Contains(b.GetFinalizers(), finalizer) {
		return nil
	}
	registered, err := c.elb.targets(ctx, b.text("targetGroupARN"))
	if err == nil {
		err = c.elb.change(ctx, "DeregisterTargets", b.text("targetGroupARN"), registered)
	}
	if err != nil {
		return fmt.Errorf("deregistering targets: %w", err)
	}
	left := slices.DeleteFunc(slices.Clone(b.GetFinalizers()), func(f string) bool { return f == finalizer })
	return c.patch(ctx, b, "", map[string]any{"metadata": map[string]any{
		"finalizers": left, "resourceVersion": b.GetResourceVersion(),
	}})
}

func (c controller) patch(ctx context.Context, b binding, subresource string, patch map[string]any) error {
	body, err := json.Marshal(patch)
	if err != nil {
		return err
	}
	var sub []string
	if subresource != "" {
		sub = []string{subresource}
	}
	_, err = c.client.Resource(bindings).Namespace(b.GetNamespace()).
		Patch(ctx, b.GetName(), types.MergePatchType, body, metav1.PatchOptions{FieldManager: "aws-load-balancer-controller"}, sub...)
	if apierrors.IsNotFound(err) || apierrors.IsConflict(err) {
		return nil // gone or changed since: the next round sees it
	}
	return err
}

// endpoints are the addresses of the ready pods behind a binding's service.
func (c controller) endpoints(ctx context.Context, b binding) ([]target, error) {
	service, err := c.typed.CoreV1().Services(b.GetNamespace()).Get(ctx, b.service(), metav1.GetOptions{})
	if err != nil {
		return nil, err
	}
	name, found := "", false
	for _, port := range service.Spec.Ports {
		wanted := b.port()
		if wanted.Type == intstr.Int && wanted.IntVal == port.Port || wanted.Type == intstr.String && wanted.StrVal == port.Name {
			name, found = port.Name, true
		}
	}
	if !found {
		port := b.port()
		return nil, fmt.Errorf("unable to find port %s on service %s/%s", port.String(), b.GetNamespace(), b.service())
	}
	endpointSlices, err := c.typed.DiscoveryV1().EndpointSlices(b.GetNamespace()).
		List(ctx, metav1.ListOptions{LabelSelector: discoveryv1.LabelServiceName + "=" + b.service()})
	if err != nil {
		return nil, err
	}
	var targets []target
	for _, slice := range endpointSlices.Items {
		targets = append(targets, readyTargets(slice, name)...)
	}
	return targets, nil
}

func readyTargets(slice discoveryv1.EndpointSlice, portName string) []target {
	var targets []target
	for _, port := range slice.Ports {
		if port.Port == nil || port.Name != nil && *port.Name != portName {
			continue
		}
		for _, endpoint := range slice.Endpoints {
			if endpoint.Conditions.Ready == nil || *endpoint.Conditions.Ready {
				targets = append(targets, target{ID: endpoint.Addresses[0], Port: *port.Port})
			}
		}
	}
	return targets
}

func without(all, some []target) []target {
	return slices.DeleteFunc(slices.Clone(all), func(t target) bool { return slices.Contains(some, t) })
}
