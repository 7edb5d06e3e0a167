package faults

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// credentialScope finds the service in a signature of version 4.
var credentialScope = regexp.MustCompile(`Credential=[^/,]+/\d{8}/[^/,]+/([^/,]+)/aws4_request`)

// read tells what a request asks for. Its body can be read again afterwards.
func read(r *http.Request) (call, error) {
	c := call{Service: "kubernetes", Operation: r.Method, Path: r.URL.Path}
	c.Mutating = r.Method != http.MethodGet && r.Method != http.MethodHead
	if scope := credentialScope.FindStringSubmatch(r.Header.Get("Authorization")); scope != nil {
		c.Service = scope[1]
	} else if credential := r.URL.Query().Get("X-Amz-Credential"); credential != "" {
		if parts := strings.Split(credential, "/"); len(parts) == 5 {
			c.Service = parts[3]
		}
	}
	if c.Service == "kubernetes" {
		// A dry run changes nothing, whatever its method.
		c.Mutating = c.Mutating && r.URL.Query().Get("dryRun") == "" && !isReview(c.Path)
		return c, nil
	}
	if c.Service == "s3" {
		if action := bucketAction(r.Method, r.URL); action != "" {
			c.Operation = action
			c.Mutating = !isReading(action)
		}
		c.Arguments = r.URL.RawQuery
		return c, nil
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return c, err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	if action := actionOf(r, body); action != "" {
		c.Operation = action
		c.Mutating = !isReading(action)
	}
	c.Arguments = argumentsOf(r, body)
	return c, nil
}

// actionOf returns the action of the query and JSON protocols, if it is one of them.
func actionOf(r *http.Request, body []byte) string {
	if target := r.Header.Get("X-Amz-Target"); target != "" {
		return target[strings.LastIndex(target, ".")+1:]
	}
	if action := r.URL.Query().Get("Action"); action != "" {
		return action
	}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		if form, err := url.ParseQuery(string(body)); err == nil {
			return form.Get("Action")
		}
	}
	return ""
}

// argumentsOf returns what an action is asked about, in an order that is always
// the same, without what says which action it is.
func argumentsOf(r *http.Request, body []byte) string {
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		return string(body)
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return string(body)
	}
	form.Del("Action")
	form.Del("Version")
	arguments, err := url.QueryUnescape(form.Encode())
	if err != nil {
		return form.Encode()
	}
	return arguments
}

func isReading(action string) bool {
	for _, verb := range []string{"Get", "List", "Describe", "Lookup", "Simulate", "AssumeRole", "Head"} {
		if strings.HasPrefix(action, verb) {
			return true
		}
	}
	return false
}

// isReview tells the requests that are posted but only ask.
func isReview(path string) bool {
	for _, kind := range []string{"selfsubjectaccessreviews", "selfsubjectrulesreviews", "selfsubjectreviews", "subjectaccessreviews", "tokenreviews"} {
		if strings.HasSuffix(path, "/"+kind) {
			return true
		}
	}
	return false
}
