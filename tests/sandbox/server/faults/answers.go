package faults

import (
	"encoding/json"
	"fmt"
	"html"
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
		queryError(w, c, http.StatusBadRequest, throttlingCode(c.Service), "Rate exceeded", "Sender")
	}
}

// failed answers as the service does when it is at fault.
func failed(w http.ResponseWriter, c call, status int) {
	switch protocolOf(c.Service) {
	case kubernetes:
		kubernetesStatus(w, status, "InternalError", "an error on the server has prevented the request from succeeding")
	case rest:
		awsJSON(w, status, "ServerException", "The server has failed.")
	case s3:
		s3Error(w, status, "InternalError", "We encountered an internal error. Please try again.")
	default:
		queryError(w, c, status, "ServiceFailure", "The request processing has failed.", "Receiver")
	}
}

// answered answers what a rule says, in the form of the service.
func answered(w http.ResponseWriter, c call, rule Rule) {
	status := rule.status()
	switch protocolOf(c.Service) {
	case kubernetes:
		if status == http.StatusOK {
			// Logs of pods are plain text.
			fmt.Fprint(w, rule.Message)
			return
		}
		kubernetesStatus(w, status, rule.Code, rule.Message)
	case rest:
		awsJSON(w, status, rule.Code, rule.Message)
	case s3:
		s3Error(w, status, rule.Code, rule.Message)
	default:
		queryError(w, c, status, rule.Code, rule.Message, "Sender")
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
	case "eks", "cloudtrail", "ssm":
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

func kubernetesStatus(w http.ResponseWriter, status int, reason, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(map[string]any{
		"kind": "Status", "apiVersion": "v1", "metadata": map[string]any{},
		"status": "Failure", "code": status, "reason": reason, "message": message,
	})
}

// requestID is the one of every answer the proxy makes up.
const requestID = "00000000-0000-0000-0000-000000000000"

func queryError(w http.ResponseWriter, c call, status int, code, message, kind string) {
	w.Header().Set("Content-Type", "text/xml")
	w.Header().Set("X-Amzn-Requestid", requestID)
	w.WriteHeader(status)
	message = html.EscapeString(message)
	if c.Service == "ec2" {
		// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
		fmt.Fprintf(w, "<Response><Errors><Error><Code>%s</Code><Message>%s</Message></Error></Errors>"+
			"<RequestID>%s</RequestID></Response>", code, message, requestID)
		return
	}
	fmt.Fprintf(w, "<ErrorResponse><Error><Type>%s</Type><Code>%s</Code><Message>%s</Message></Error>"+
		"<RequestId>%s</RequestId></ErrorResponse>", kind, code, message, requestID)
}

func s3Error(w http.ResponseWriter, status int, code, message string) {
	w.Header().Set("Content-Type", "application/xml")
	w.Header().Set("X-Amz-Request-Id", requestID)
	if status == http.StatusMovedPermanently {
		// https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html
		w.Header().Set("X-Amz-Bucket-Region", "us-east-1")
	}
	w.WriteHeader(status)
	fmt.Fprintf(w, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>%s</Code><Message>%s</Message></Error>", code, html.EscapeString(message))
}

func awsJSON(w http.ResponseWriter, status int, code, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Amzn-Errortype", code)
	w.Header().Set("X-Amzn-Requestid", requestID)
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(map[string]string{"message": message})
}
