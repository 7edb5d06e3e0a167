// Package eks accepts the tokens of "aws eks get-token", as the authenticator
// of an EKS control plane does.
//
// A token is "k8s-aws-v1." and a presigned GetCallerIdentity URL in base64. The
// API server asks with a TokenReview; the URL is called, with the cluster's
// name in the signed header, and the caller it names is the user.
// https://github.com/kubernetes-sigs/aws-iam-authenticator#api-authorization-from-outside-a-cluster
package eks

import (
	"context"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	tokenPrefix   = "k8s-aws-v1."
	clusterHeader = "x-k8s-aws-id"
	life          = 15 * time.Minute
)

// Authenticator verifies tokens made for one cluster.
type Authenticator struct {
	// STS tells the endpoint that answers GetCallerIdentity.
	STS func() (string, error)
	// Cluster is the name the token must have been signed for.
	Cluster string
}

// Identity is the caller behind a token.
type Identity struct {
	ARN     string
	Account string
	UserID  string
}

// Authenticate returns the caller behind token.
func (a Authenticator) Authenticate(ctx context.Context, token string) (Identity, error) {
	query, err := presigned(token, time.Now())
	if err != nil {
		return Identity{}, err
	}
	endpoint, err := a.STS()
	if err != nil {
		return Identity{}, fmt.Errorf("finding STS: %w", err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, endpoint+"/?"+query.Encode(), nil)
	if err != nil {
		return Identity{}, err
	}
	request.Header.Set(clusterHeader, a.Cluster)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return Identity{}, fmt.Errorf("calling STS: %w", err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err != nil {
		return Identity{}, err
	}
	if response.StatusCode != http.StatusOK {
		return Identity{}, fmt.Errorf("STS answered %s", response.Status)
	}
	return identityOf(body)
}

// presigned returns the query of the URL in token, if it is one that may be called.
func presigned(token string, now time.Time) (url.Values, error) {
	encoded, ok := strings.CutPrefix(token, tokenPrefix)
	if !ok {
		return nil, errors.New("token has no " + tokenPrefix + " prefix")
	}
	text, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(encoded, "="))
	if err != nil {
		return nil, fmt.Errorf("decoding the token: %w", err)
	}
	parsed, err := url.Parse(string(text))
	if err != nil {
		return nil, fmt.Errorf("parsing the token: %w", err)
	}
	query := parsed.Query()
	if query.Get("Action") != "GetCallerIdentity" {
		return nil, fmt.Errorf("unexpected action %q", query.Get("Action"))
	}
	signed := strings.Split(strings.ToLower(query.Get("X-Amz-SignedHeaders")), ";")
	if !slices.Contains(signed, clusterHeader) {
		return nil, errors.New("the cluster's name is not signed")
	}
	if query.Get("X-Amz-Signature") == "" {
		return nil, errors.New("there is no signature")
	}
	return query, unexpired(query, now)
}

func unexpired(query url.Values, now time.Time) error {
	made, err := time.Parse("20060102T150405Z", query.Get("X-Amz-Date"))
	if err != nil {
		return fmt.Errorf("parsing X-Amz-Date: %w", err)
	}
	seconds, err := strconv.Atoi(query.Get("X-Amz-Expires"))
	if err != nil {
		return fmt.Errorf("parsing X-Amz-Expires: %w", err)
	}
	if seconds < 0 || time.Duration(seconds)*time.Second > life {
		return fmt.Errorf("X-Amz-Expires of %d seconds is out of bounds", seconds)
	}
	// Clients sign for a minute or so, but a token is good for the whole time.
	if now.After(made.Add(life)) {
		return fmt.Errorf("token expired at %s", made.Add(life).Format(time.RFC3339))
	}
	if made.After(now.Add(5 * time.Minute)) {
		return errors.New("token is from the future")
	}
	return nil
}

func identityOf(body []byte) (Identity, error) {
	var answer struct {
		Result struct {
			Arn     string
			UserId  string
			Account string
		} `xml:"GetCallerIdentityResult"`
	}
	if err := xml.Unmarshal(body, &answer); err != nil {
		return Identity{}, fmt.Errorf("reading the answer of STS: %w", err)
	}
	if answer.Result.Arn == "" {
		return Identity{}, errors.New("STS named no caller")
	}
	return Identity{ARN: answer.Result.Arn, Account: answer.Result.Account, UserID: answer.Result.UserId}, nil
}
