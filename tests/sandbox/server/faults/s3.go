package faults

import (
	"net/http"
	"net/url"
	"strings"
)

// settings are what is kept beside a bucket, by the word in the query that
// asks for them.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
var settings = map[string]string{
	"accelerate":        "BucketAccelerateConfiguration",
	"acl":               "BucketAcl",
	"cors":              "BucketCors",
	"encryption":        "BucketEncryption",
	"lifecycle":         "BucketLifecycleConfiguration",
	"location":          "BucketLocation",
	"logging":           "BucketLogging",
	"notification":      "BucketNotificationConfiguration",
	"object-lock":       "ObjectLockConfiguration",
	"ownershipControls": "BucketOwnershipControls",
	"policy":            "BucketPolicy",
	"publicAccessBlock": "PublicAccessBlock",
	"replication":       "BucketReplication",
	"requestPayment":    "BucketRequestPayment",
	"tagging":           "BucketTagging",
	"versioning":        "BucketVersioning",
	"website":           "BucketWebsite",
}

// bucketAction names what a request to S3 asks of a bucket; empty for objects.
func bucketAction(method string, address *url.URL) string {
	bucket := strings.Trim(address.Path, "/")
	if bucket == "" {
		return "ListBuckets"
	}
	if strings.Contains(bucket, "/") {
		return ""
	}
	for word := range address.Query() {
		if setting, ok := settings[word]; ok {
			return verbs[method] + setting
		}
	}
	switch method {
	case http.MethodGet:
		return "ListObjects"
	case http.MethodPut:
		return "CreateBucket"
	}
	return verbs[method] + "Bucket"
}

var verbs = map[string]string{
	http.MethodGet:    "Get",
	http.MethodHead:   "Head",
	http.MethodPut:    "Put",
	http.MethodPost:   "Post",
	http.MethodDelete: "Delete",
}
