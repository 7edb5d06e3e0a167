package eks

import (
	"context"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

const answer = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <GetCallerIdentityResult>
    <Arn>arn:aws:iam::123456789012:user/ada</Arn><UserId>AIDA</UserId><Account>123456789012</Account>
  </GetCallerIdentityResult>
</GetCallerIdentityResponse>`

func token(query string) string {
	url := "https://sts.eu-central-1.amazonaws.com/?" + query
	return tokenPrefix + base64.RawURLEncoding.EncodeToString([]byte(url))
}

func TestTokens(t *testing.T) {
	now := time.Now().UTC()
	at := func(d time.Duration) string { return now.Add(d).Format("20060102T150405Z") }
	signed := "&X-Amz-SignedHeaders=host%3Bx-k8s-aws-id&X-Amz-Signature=00"
	caller := "Action=GetCallerIdentity"
	cases := []struct{ name, token, problem string }{
		{"fresh", token(caller + "&X-Amz-Expires=60&X-Amz-Date=" + at(0) + signed), ""},
		{"older than its signature, younger than a token", token(caller + "&X-Amz-Expires=60&X-Amz-Date=" + at(-10*time.Minute) + signed), ""},
		{"expired", token(caller + "&X-Amz-Expires=60&X-Amz-Date=" + at(-16*time.Minute) + signed), "token expired at " + now.Add(-time.Minute).Format(time.RFC3339)},
		{"signed for too long", token(caller + "&X-Amz-Expires=3600&X-Amz-Date=" + at(0) + signed), "X-Amz-Expires of 3600 seconds is out of bounds"},
		{"another action", token("Action=AssumeRole&X-Amz-Expires=60&X-Amz-Date=" + at(0) + signed), `unexpected action "AssumeRole"`},
		{"cluster not signed", token(caller + "&X-Amz-Expires=60&X-Amz-Date=" + at(0) + "&X-Amz-SignedHeaders=host&X-Amz-Signature=00"), "the cluster's name is not signed"},
		{"no signature", token(caller + "&X-Amz-Expires=60&X-Amz-Date=" + at(0) + "&X-Amz-SignedHeaders=x-k8s-aws-id"), "there is no signature"},
		{"no token of ours", "admin", "token has no k8s-aws-v1. prefix"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := presigned(c.token, now)
			problem := ""
			if err != nil {
				problem = err.Error()
			}
			if problem != c.problem {
				t.Errorf("got %q, want %q", problem, c.problem)
			}
		})
	}
}

func TestAuthenticate(t *testing.T) {
	var cluster string
	sts := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		cluster = r.Header.Get(clusterHeader)
		w.Write([]byte(answer))
	}))
	defer sts.Close()
	query := "Action=GetCallerIdentity&X-Amz-Expires=60&X-Amz-SignedHeaders=host%3Bx-k8s-aws-id&X-Amz-Signature=00&X-Amz-Date=" +
		time.Now().UTC().Format("20060102T150405Z")
	got, err := Authenticator{STS: func() (string, error) { return sts.URL, nil }, Cluster: "prod"}.Authenticate(context.Background(), token(query))
	want := Identity{ARN: "arn:aws:iam::123456789012:user/ada", Account: "123456789012", UserID: "AIDA"}
	if err != nil || got != want || cluster != "prod" {
		t.Errorf("got %+v, %v, asked for cluster %q", got, err, cluster)
	}
}
