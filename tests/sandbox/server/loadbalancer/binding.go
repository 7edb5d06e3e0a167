package loadbalancer

import (
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/intstr"
)

var bindings = schema.GroupVersionResource{Group: "elbv2.k8s.aws", Version: "v1beta1", Resource: "targetgroupbindings"}

// finalizer keeps a binding until its targets are deregistered.
const finalizer = "elbv2.k8s.aws/resources"

// binding is a TargetGroupBinding.
type binding struct{ *unstructured.Unstructured }

func (b binding) text(field string) string {
	text, _, _ := unstructured.NestedString(b.Object, "spec", field)
	return text
}

func (b binding) set(field, value string) {
	if b.text(field) == "" && value != "" {
		_ = unstructured.SetNestedField(b.Object, value, "spec", field)
	}
}

func (b binding) has(field string) bool {
	_, found, _ := unstructured.NestedFieldNoCopy(b.Object, "spec", field)
	return found
}

func (b binding) service() string {
	name, _, _ := unstructured.NestedString(b.Object, "spec", "serviceRef", "name")
	return name
}

// port is the port of the service: its number or its name.
func (b binding) port() intstr.IntOrString {
	value, _, _ := unstructured.NestedFieldNoCopy(b.Object, "spec", "serviceRef", "port")
	switch port := value.(type) {
	case int64:
		return intstr.FromInt32(int32(port))
	case string:
		return intstr.FromString(port)
	}
	return intstr.IntOrString{}
}
