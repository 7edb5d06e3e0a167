package faults

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// throttled answers as the service does when there are too many calls.
func throttled(w http.ResponseWriter, c call) {
	switch protocolOf(c.Service) {
	case kubernetes:
		// The API server's priority and fairness answers in plain text.
		w.Header().Set("Retry-After", "1")
		http.Error(w, "Too many requests, please try again later.", http.StatusTooManyRequests)
	case rest:
		awsJSON(w, http.StatusTooManyRequests, "TooManyRequestsException", "Rate exceeded")
	case s3:
		s3Error(w, http.StatusServiceUnavailable, "SlowDown", "Please reduce your request rate.")
	default:
		queryError(w, http.StatusBadRequest, throttlingCode(c.Service), "Rate exceeded", "Sender")
	}
}

// failed answers as the service does when it is at fault.
func failed(w http.ResponseWriter, c call, status int) {
	switch protocolOf(c.Service) {
	case kubernetes:
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		json.NewEncoder(w).Encode(map[string]any{
			"kind": "Status", "apiVersion": "v1", "metadata": map[string]any{},
			"status": "Failure", "code": status,
			"reason": "InternalError", "message": "an error on the server has prevented the request from succeeding",
		})
	case rest:
		awsJSON(w, status, "ServerException", "The server has failed.")
	case s3:
		s3Error(w, status, "InternalError", "We encountered an internal error. Please try again.")
	default:
		queryError(w, status, "ServiceFailure", "The request processing has failed.", "Receiver")
	}
}

type protocol int

const (
	query protocol = iota
	rest
	s3
	kubernetes
)

func protocolOf(service string) protocol {
	switch service {
	case "kubernetes":
		return kubernetes
	case "eks":
		return rest
	case "s3":
		return s3
	default:
		return query
	}
}

// throttlingCode is the code each service documents for too many calls.
// https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
func throttlingCode(service string) string {
	switch service {
	case "ec2":
		return "RequestLimitExceeded"
	case "iam", "sts":
		return "Throttling"
	default:
		return "ThrottlingException"
	}
}

func queryError(w http.ResponseWriter, status int, code, message, kind string) {
	w.Header().Set("Content-Type", "text/xml")
	w.WriteHeader(status)
	fmt.Fprintf(w, "<ErrorResponse><Error><Type>%s</Type><Code>%s</Code><Message>%s</Message></Error>"+
		"<RequestId>00000000-0000-0000-0000-000000000000</RequestId></ErrorResponse>", kind, code, message)
}

func s3Error(w http.ResponseWriter, status int, code, message string) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	fmt.Fprintf(w, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>%s</Code><Message>%s</Message></Error>", code, message)
}

func awsJSON(w http.ResponseWriter, status int, code, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Amzn-Errortype", code)
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(map[string]string{"message": message})
}
