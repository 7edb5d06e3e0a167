package eks

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"os"

	authenticationv1 "k8s.io/api/authentication/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// TLS names the files the webhook is served with.
type TLS struct {
	Cert, Key, CA string
}

// Serve answers TokenReviews until ctx is done, and returns the configuration
// the API server reaches it by.
func Serve(ctx context.Context, a Authenticator, files TLS) (*clientcmdapi.Config, error) {
	ca, err := os.ReadFile(files.CA)
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	server := &http.Server{Handler: http.HandlerFunc(a.review)}
	go server.ServeTLS(listener, files.Cert, files.Key)
	context.AfterFunc(ctx, func() { server.Close() })
	config := clientcmdapi.NewConfig()
	config.Clusters["authenticator"] = &clientcmdapi.Cluster{
		Server:                   "https://" + listener.Addr().String() + "/authenticate",
		CertificateAuthorityData: ca,
	}
	config.Contexts["authenticator"] = &clientcmdapi.Context{Cluster: "authenticator"}
	config.CurrentContext = "authenticator"
	return config, nil
}

func (a Authenticator) review(w http.ResponseWriter, r *http.Request) {
	var review authenticationv1.TokenReview
	if err := json.NewDecoder(r.Body).Decode(&review); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	answer := authenticationv1.TokenReview{
		TypeMeta: metav1.TypeMeta{APIVersion: "authentication.k8s.io/v1", Kind: "TokenReview"},
	}
	identity, err := a.Authenticate(r.Context(), review.Spec.Token)
	if err != nil {
		answer.Status.Error = err.Error()
	} else {
		answer.Status.Authenticated = true
		answer.Status.User = authenticationv1.UserInfo{
			Username: identity.ARN,
			UID:      "aws-iam-authenticator:" + identity.Account + ":" + identity.UserID,
			// The identity that made a cluster administrates it.
			Groups: []string{"system:masters"},
		}
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(answer)
}
