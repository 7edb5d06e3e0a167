package faults

import (
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
)

func TestRules(t *testing.T) {
	create := call{Service: "iam", Operation: "CreateRole", Path: "/", Mutating: true}
	get := call{Service: "iam", Operation: "GetRole", Path: "/"}
	cases := []struct {
		name  string
		rule  Rule
		calls []call
		want  []bool
	}{
		{"every call", Rule{Fault: Error}, []call{create, get}, []bool{true, true}},
		{"by operation", Rule{Operation: "Create*", Fault: Error}, []call{create, get}, []bool{true, false}},
		{"by service", Rule{Service: "sts", Fault: Error}, []call{create, get}, []bool{false, false}},
		{"what changes", Rule{Mutating: true, Fault: Error}, []call{create, get}, []bool{true, false}},
		{"twice", Rule{Times: 2, Fault: Error}, []call{get, get, get}, []bool{true, true, false}},
		{"the second", Rule{Skip: 1, Times: 1, Fault: Error}, []call{get, get, get}, []bool{false, true, false}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var r rules
			r.set([]Rule{c.rule}, 1)
			var got []bool
			for _, call := range c.calls {
				_, strikes := r.of(call)
				got = append(got, strikes)
			}
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestRulesRepeatWithTheirSeed(t *testing.T) {
	draw := func(seed uint64) (fired []bool) {
		var r rules
		r.set([]Rule{{Probability: 0.3, Fault: Reset}}, seed)
		for range 100 {
			_, strikes := r.of(call{})
			fired = append(fired, strikes)
		}
		return fired
	}
	if !reflect.DeepEqual(draw(7), draw(7)) || reflect.DeepEqual(draw(7), draw(8)) {
		t.Error("the seed does not decide")
	}
}

func TestCalls(t *testing.T) {
	signed := "AWS4-HMAC-SHA256 Credential=key/20260101/eu-central-1/iam/aws4_request, SignedHeaders=host, Signature=00"
	buckets := strings.Replace(signed, "/iam/", "/s3/", 1)
	form := "application/x-www-form-urlencoded; charset=utf-8"
	cases := []struct {
		method, url, authorization, kind, body string
		want                                   call
	}{
		{"POST", "/", signed, form, "Action=CreateRole&RoleName=a%2Fb&Path=%2F&Version=2010-05-08", call{"iam", "CreateRole", "/", true, "Path=/&RoleName=a/b"}},
		{"POST", "/", signed, form, "Action=GetRole&Version=2010-05-08", call{"iam", "GetRole", "/", false, ""}},
		{"GET", "/?Action=GetCallerIdentity&X-Amz-Credential=key%2F20260101%2Feu-central-1%2Fsts%2Faws4_request", "", "", "", call{"sts", "GetCallerIdentity", "/", false, ""}},
		{"PUT", "/logs?versioning", buckets, "application/xml", "", call{"s3", "PutBucketVersioning", "/logs", true, "versioning"}},
		{"GET", "/logs?policy", buckets, "", "", call{"s3", "GetBucketPolicy", "/logs", false, "policy"}},
		{"HEAD", "/logs", buckets, "", "", call{"s3", "HeadBucket", "/logs", false, ""}},
		{"PUT", "/logs", buckets, "", "", call{"s3", "CreateBucket", "/logs", true, ""}},
		{"PUT", "/logs/a", buckets, "", "", call{"s3", "PUT", "/logs/a", true, ""}},
		{"GET", "/api/v1/pods", "Bearer admin", "", "", call{"kubernetes", "GET", "/api/v1/pods", false, ""}},
		{"PATCH", "/api/v1/namespaces/a", "Bearer admin", "", "{}", call{"kubernetes", "PATCH", "/api/v1/namespaces/a", true, ""}},
		{"PATCH", "/api/v1/namespaces/a?dryRun=All", "Bearer admin", "", "{}", call{"kubernetes", "PATCH", "/api/v1/namespaces/a", false, ""}},
		{"POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", "Bearer admin", "", "{}", call{"kubernetes", "POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", false, ""}},
	}
	for _, c := range cases {
		t.Run(c.method+" "+c.url+" "+c.body, func(t *testing.T) {
			request, err := http.NewRequest(c.method, c.url, strings.NewReader(c.body))
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set("Authorization", c.authorization)
			request.Header.Set("Content-Type", c.kind)
			got, err := read(request)
			if err != nil || got != c.want {
				t.Errorf("got %+v, %v, want %+v", got, err, c.want)
			}
		})
	}
}

func TestAnswers(t *testing.T) {
	rule := Rule{Fault: Answer, Status: 403, Code: "AccessDenied", Message: "not <you>"}
	cases := []struct{ service, want string }{
		{"iam", "<Code>AccessDenied</Code><Message>not &lt;you&gt;</Message>"},
		{"s3", "<Code>AccessDenied</Code><Message>not &lt;you&gt;</Message>"},
		{"ec2", "<Response><Errors><Error><Code>AccessDenied</Code>"},
		{"eks", `{"message":"not \u003cyou\u003e"}`},
		{"kubernetes", `"reason":"AccessDenied"`},
	}
	for _, c := range cases {
		answer := httptest.NewRecorder()
		answered(answer, call{Service: c.service}, rule)
		if answer.Code != 403 || !strings.Contains(answer.Body.String(), c.want) {
			t.Errorf("%s: %d %s", c.service, answer.Code, answer.Body)
		}
	}
}
