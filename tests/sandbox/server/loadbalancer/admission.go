package loadbalancer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	jsonpatch "gopkg.in/evanphx/json-patch.v4"
	admissionv1 "k8s.io/api/admission/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/dynamic"
)

// admission is the controller's webhooks. They call AWS also for dry runs.
type admission struct {
	elb    elb
	client dynamic.Interface
	delay  time.Duration
}

func (a admission) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/mutate", a.serve(a.mutate))
	mux.HandleFunc("/validate", a.serve(a.validate))
	return mux
}

type decision func(ctx context.Context, request *admissionv1.AdmissionRequest) ([]byte, error)

func (a admission) serve(decide decision) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var review admissionv1.AdmissionReview
		if err := json.NewDecoder(r.Body).Decode(&review); err != nil || review.Request == nil {
			http.Error(w, "an AdmissionReview is expected", http.StatusBadRequest)
			return
		}
		time.Sleep(a.delay)
		patch, err := decide(r.Context(), review.Request)
		response := &admissionv1.AdmissionResponse{UID: review.Request.UID, Allowed: err == nil}
		if err != nil {
			response.Result = &metav1.Status{Code: http.StatusForbidden, Message: err.Error()}
		}
		if len(patch) > 0 {
			kind := admissionv1.PatchTypeJSONPatch
			response.Patch, response.PatchType = patch, &kind
		}
		review.Request, review.Response = nil, response
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(review)
	}
}

func parse(raw []byte) (binding, error) {
	object := &unstructured.Unstructured{}
	return binding{object}, object.UnmarshalJSON(raw)
}

// mutate fills in what the target group tells, when a binding is created.
func (a admission) mutate(ctx context.Context, request *admissionv1.AdmissionRequest) ([]byte, error) {
	if request.Operation != admissionv1.Create {
		return nil, nil
	}
	b, err := parse(request.Object.Raw)
	if err != nil {
		return nil, err
	}
	group, err := a.groupOf(ctx, b)
	if err != nil {
		return nil, err
	}
	b.set("targetGroupARN", group.ARN)
	b.set("targetType", group.TargetType)
	b.set("ipAddressType", group.IPAddressType)
	b.set("targetGroupProtocol", group.Protocol)
	b.set("vpcID", group.VPC)
	changed, err := b.MarshalJSON()
	if err != nil {
		return nil, err
	}
	return specPatch(request.Object.Raw, changed)
}

func (a admission) groupOf(ctx context.Context, b binding) (targetGroup, error) {
	var group targetGroup
	var err error
	switch {
	case b.text("targetGroupARN") != "":
		group, err = a.elb.describe(ctx, "TargetGroupArns", b.text("targetGroupARN"))
	case b.text("targetGroupName") != "":
		group, err = a.elb.describe(ctx, "Names", b.text("targetGroupName"))
	default:
		err = errors.New("you must provide either TargetGroupARN or TargetGroupName")
	}
	if err != nil {
		return group, fmt.Errorf("unable to get target group: %w", err)
	}
	return group, nil
}

// specPatch is the JSON patch that puts the spec of changed in the place of old's.
func specPatch(old, changed []byte) ([]byte, error) {
	if jsonpatch.Equal(old, changed) {
		return nil, nil
	}
	var object struct {
		Spec json.RawMessage `json:"spec"`
	}
	if err := json.Unmarshal(changed, &object); err != nil {
		return nil, err
	}
	return json.Marshal([]map[string]any{{"op": "replace", "path": "/spec", "value": object.Spec}})
}

// immutable are the fields that no update may change, nor clear.
var immutable = []string{"targetGroupARN", "targetType", "ipAddressType", "vpcID"}

func (a admission) validate(ctx context.Context, request *admissionv1.AdmissionRequest) ([]byte, error) {
	b, err := parse(request.Object.Raw)
	if err != nil {
		return nil, err
	}
	if b.text("targetType") == "ip" && b.has("nodeSelector") {
		return nil, errors.New("TargetGroupBinding cannot set NodeSelector when TargetType is ip")
	}
	if request.Operation == admissionv1.Update {
		old, err := parse(request.OldObject.Raw)
		if err != nil {
			return nil, err
		}
		for _, field := range immutable {
			if old.text(field) != b.text(field) && old.text(field) != "" {
				return nil, fmt.Errorf("TargetGroupBinding update may not change these immutable fields: spec.%s", field)
			}
		}
		return nil, nil
	}
	if group, err := a.groupOf(ctx, b); err != nil {
		return nil, err
	} else if vpc := b.text("vpcID"); vpc != "" && vpc != group.VPC {
		return nil, fmt.Errorf("invalid VpcID %s: it doesn't match VpcID %s of the target group %s", vpc, group.VPC, group.ARN)
	}
	return nil, a.unique(ctx, b)
}

// unique refuses a second binding of a target group.
func (a admission) unique(ctx context.Context, b binding) error {
	list, err := a.client.Resource(bindings).List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	for _, item := range list.Items {
		other := binding{&item}
		same := other.GetNamespace() == b.GetNamespace() && other.GetName() == b.GetName()
		if !same && other.text("targetGroupARN") == b.text("targetGroupARN") {
			return fmt.Errorf("TargetGroup %s is already bound to TargetGroupBinding %s/%s",
				b.text("targetGroupARN"), other.GetNamespace(), other.GetName())
		}
	}
	return nil
}
