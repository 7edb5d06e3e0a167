package loadbalancer

import (
	"context"
	_ "embed"
	"fmt"
	"time"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/yaml"
)

//go:embed crd.yaml
var crd []byte

var crds = schema.GroupVersionResource{Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions"}

const manager = "aws-load-balancer-controller"

func install(ctx context.Context, o options, client dynamic.Interface, url string, ca []byte) error {
	if o.installCRD {
		if err := installCRD(ctx, client); err != nil {
			return fmt.Errorf("installing the resource type: %w", err)
		}
	}
	if err := installWebhooks(ctx, client, url, ca); err != nil {
		return fmt.Errorf("registering the webhooks: %w", err)
	}
	return nil
}

func installCRD(ctx context.Context, client dynamic.Interface) error {
	object := &unstructured.Unstructured{}
	if err := yaml.Unmarshal(crd, &object.Object); err != nil {
		return err
	}
	_, err := client.Resource(crds).Apply(ctx, object.GetName(), object, metav1.ApplyOptions{FieldManager: manager, Force: true})
	if err != nil {
		return err
	}
	for {
		found, err := client.Resource(crds).Get(ctx, object.GetName(), metav1.GetOptions{})
		if err != nil || established(found) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func established(crd *unstructured.Unstructured) bool {
	conditions, _, _ := unstructured.NestedSlice(crd.Object, "status", "conditions")
	for _, item := range conditions {
		condition, _ := item.(map[string]any)
		if condition["type"] == "Established" && condition["status"] == "True" {
			return true
		}
	}
	return false
}

// installWebhooks registers both webhooks as the controller's chart does: they
// fail closed, have no side effects, and so are called for dry runs too.
func installWebhooks(ctx context.Context, client dynamic.Interface, url string, ca []byte) error {
	rules := []admissionv1.RuleWithOperations{{
		Operations: []admissionv1.OperationType{admissionv1.Create, admissionv1.Update},
		Rule:       admissionv1.Rule{APIGroups: []string{"elbv2.k8s.aws"}, APIVersions: []string{"v1beta1"}, Resources: []string{"targetgroupbindings"}},
	}}
	at := func(path string) admissionv1.WebhookClientConfig {
		return admissionv1.WebhookClientConfig{URL: ptr.To(url + path), CABundle: ca}
	}
	meta := metav1.ObjectMeta{Name: "aws-load-balancer-webhook"}
	mutating := &admissionv1.MutatingWebhookConfiguration{
		TypeMeta:   metav1.TypeMeta{APIVersion: "admissionregistration.k8s.io/v1", Kind: "MutatingWebhookConfiguration"},
		ObjectMeta: meta,
		Webhooks: []admissionv1.MutatingWebhook{{
			Name: "mtargetgroupbinding.elbv2.k8s.aws", ClientConfig: at("/mutate"), Rules: rules,
			FailurePolicy: ptr.To(admissionv1.Fail), SideEffects: ptr.To(admissionv1.SideEffectClassNone), AdmissionReviewVersions: []string{"v1"},
		}},
	}
	validating := &admissionv1.ValidatingWebhookConfiguration{
		TypeMeta:   metav1.TypeMeta{APIVersion: "admissionregistration.k8s.io/v1", Kind: "ValidatingWebhookConfiguration"},
		ObjectMeta: meta,
		Webhooks: []admissionv1.ValidatingWebhook{{
			Name: "vtargetgroupbinding.elbv2.k8s.aws", ClientConfig: at("/validate"), Rules: rules,
			FailurePolicy: ptr.To(admissionv1.Fail), SideEffects: ptr.To(admissionv1.SideEffectClassNone), AdmissionReviewVersions: []string{"v1"},
		}},
	}
	if err := apply(ctx, client, "mutatingwebhookconfigurations", mutating); err != nil {
		return err
	}
	return apply(ctx, client, "validatingwebhookconfigurations", validating)
}

func apply(ctx context.Context, client dynamic.Interface, resource string, object metav1.Object) error {
	body, err := yaml.Marshal(object)
	if err != nil {
		return err
	}
	kind := schema.GroupVersionResource{Group: "admissionregistration.k8s.io", Version: "v1", Resource: resource}
	_, err = client.Resource(kind).Patch(ctx, object.GetName(), types.ApplyPatchType, body,
		metav1.PatchOptions{FieldManager: manager, Force: ptr.To(true)})
	return err
}
