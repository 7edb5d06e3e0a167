package loadbalancer

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// elb asks the load balancing service of an emulator. Nothing is really
// signed: the emulator only looks for the service's name.
type elb struct {
	endpoint, region string
}

const emulated = "AWS4-HMAC-SHA256 Credential=sandbox/20260101/%s/elasticloadbalancing/aws4_request, SignedHeaders=host, Signature=0"

// targetGroup is what the webhooks and the controller need of one.
type targetGroup struct {
	ARN           string `xml:"TargetGroupArn"`
	Name          string `xml:"TargetGroupName"`
	TargetType    string `xml:"TargetType"`
	IPAddressType string `xml:"IpAddressType"`
	Protocol      string `xml:"Protocol"`
	VPC           string `xml:"VpcId"`
}

func (e elb) describe(ctx context.Context, filter, value string) (targetGroup, error) {
	var answer struct {
		Groups []targetGroup `xml:"DescribeTargetGroupsResult>TargetGroups>member"`
	}
	err := e.call(ctx, url.Values{"Action": {"DescribeTargetGroups"}, filter + ".member.1": {value}}, &answer)
	if err != nil {
		return targetGroup{}, err
	}
	if len(answer.Groups) != 1 {
		return targetGroup{}, fmt.Errorf("TargetGroupNotFound: %s", value)
	}
	return answer.Groups[0], nil
}

// target is an address behind a target group.
type target struct {
	ID   string `xml:"Target>Id"`
	Port int32  `xml:"Target>Port"`
}

func (e elb) targets(ctx context.Context, arn string) ([]target, error) {
	var answer struct {
		Targets []target `xml:"DescribeTargetHealthResult>TargetHealthDescriptions>member"`
	}
	err := e.call(ctx, url.Values{"Action": {"DescribeTargetHealth"}, "TargetGroupArn": {arn}}, &answer)
	return answer.Targets, err
}

func (e elb) change(ctx context.Context, action, arn string, targets []target) error {
	if len(targets) == 0 {
		return nil
	}
	form := url.Values{"Action": {action}, "TargetGroupArn": {arn}}
	for i, t := range targets {
		form.Set(fmt.Sprintf("Targets.member.%d.Id", i+1), t.ID)
		form.Set(fmt.Sprintf("Targets.member.%d.Port", i+1), fmt.Sprint(t.Port))
	}
	return e.call(ctx, form, nil)
}

func (e elb) call(ctx context.Context, form url.Values, answer any) error {
	form.Set("Version", "2015-12-01")
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, e.endpoint, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	request.Header.Set("Authorization", fmt.Sprintf(emulated, e.region))
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, 4<<20))
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return problem(response.Status, body)
	}
	if answer == nil {
		return nil
	}
	return xml.Unmarshal(body, answer)
}

func problem(status string, body []byte) error {
	var envelope struct {
		Code    string `xml:"Error>Code"`
		Message string `xml:"Error>Message"`
	}
	if xml.Unmarshal(body, &envelope) != nil || envelope.Code == "" {
		return errors.New(status)
	}
	return fmt.Errorf("%s: %s", envelope.Code, envelope.Message)
}
