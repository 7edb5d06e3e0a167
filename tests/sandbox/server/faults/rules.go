package faults

import (
	"math/rand/v2"
	"net/http"
	"path"
	"sync"
)

// Rule says which calls go wrong, and how.
type Rule struct {
	// Service is the AWS service in lower case, "kubernetes", or empty for all.
	Service string `json:"service,omitempty"`
	// Operation is the AWS action, or the method for everything else; with
	// "*" as in file names. Empty for all.
	Operation string `json:"operation,omitempty"`
	// Path is the path of the URL, with "*" as in file names; empty for all.
	Path string `json:"path,omitempty"`
	// Mutating limits the rule to calls that change something.
	Mutating bool `json:"mutating,omitempty"`

	// Fault is what happens: throttle, error, answer, reset, lost or latency.
	Fault Fault `json:"fault"`
	// Status is the status of an error, 500 by default.
	Status int `json:"status,omitempty"`
	// Code is why a call is refused, as the service calls it.
	Code string `json:"code,omitempty"`
	// Message is what the service says when it refuses.
	Message string `json:"message,omitempty"`
	// Milliseconds is how long a call is held back.
	Milliseconds int `json:"milliseconds,omitempty"`

	// Skip lets the first so many matching calls pass.
	Skip int `json:"skip,omitempty"`
	// Times ends the rule after so many faults; 0 for never.
	Times int `json:"times,omitempty"`
	// Probability of a fault for each matching call, 1 by default.
	Probability float64 `json:"probability,omitempty"`
}

// Fault is a way for a call to go wrong.
type Fault string

const (
	// Throttle is the service's own answer to too many calls.
	Throttle Fault = "throttle"
	// Error is an answer of the service's own making that it failed.
	Error Fault = "error"
	// Answer is what the service says, with a code and a message: that it refuses, say.
	Answer Fault = "answer"
	// Reset breaks the connection before the call reaches the service.
	Reset Fault = "reset"
	// Lost lets the service act, and breaks the connection instead of answering.
	Lost Fault = "lost"
	// Held lets the service act, and keeps the answer back.
	Held Fault = "held"
	// Latency holds the call back.
	Latency Fault = "latency"
)

// call is what rules look at.
type call struct {
	Service   string `json:"service"`
	Operation string `json:"operation"`
	Path      string `json:"path"`
	Mutating  bool   `json:"mutating"`
	// Arguments is what an AWS action is asked about.
	Arguments string `json:"arguments"`
}

// rules are those in force. The same seed gives the same faults to the same calls.
type rules struct {
	mu     sync.Mutex
	list   []Rule
	fired  []int
	seen   []int
	random *rand.Rand
}

func (r *rules) set(list []Rule, seed uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.list, r.fired, r.seen = list, make([]int, len(list)), make([]int, len(list))
	r.random = rand.New(rand.NewPCG(seed, seed))
}

// of returns the first rule that strikes.
func (r *rules) of(c call) (Rule, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, rule := range r.list {
		if !rule.matches(c) {
			continue
		}
		r.seen[i]++
		if r.seen[i] <= rule.Skip || rule.Times > 0 && r.fired[i] >= rule.Times {
			continue
		}
		if rule.Probability > 0 && r.random.Float64() >= rule.Probability {
			continue
		}
		r.fired[i]++
		return rule, true
	}
	return Rule{}, false
}

// counts returns how often each rule has struck.
func (r *rules) counts() []int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]int{}, r.fired...)
}

func (rule Rule) matches(c call) bool {
	return (rule.Service == "" || rule.Service == c.Service) &&
		fits(rule.Operation, c.Operation) &&
		fits(rule.Path, c.Path) &&
		(!rule.Mutating || c.Mutating)
}

func fits(pattern, text string) bool {
	if pattern == "" {
		return true
	}
	ok, err := path.Match(pattern, text)
	return err == nil && ok
}

func (rule Rule) status() int {
	if rule.Status == 0 {
		return http.StatusInternalServerError
	}
	return rule.Status
}
