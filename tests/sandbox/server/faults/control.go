package faults

import (
	"encoding/json"
	"net/http"
	"strconv"
)

// control is how tests talk to the proxy:
//
//	PUT /rules?seed=N   puts other rules in force
//	GET /fired          how often each has struck
//	GET /held           how many answers are kept back now
//	GET /calls          the calls so far
//	DELETE /calls       forgets them
func (p *proxy) control() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("PUT /rules", p.putRules)
	mux.HandleFunc("GET /fired", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, p.rules.counts())
	})
	mux.HandleFunc("GET /held", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, p.held.Load())
	})
	mux.HandleFunc("GET /calls", func(w http.ResponseWriter, _ *http.Request) {
		p.mu.Lock()
		calls := append([]call{}, p.calls...)
		p.mu.Unlock()
		answer(w, calls)
	})
	mux.HandleFunc("DELETE /calls", func(http.ResponseWriter, *http.Request) {
		p.mu.Lock()
		p.calls = nil
		p.mu.Unlock()
	})
	return mux
}

func (p *proxy) putRules(w http.ResponseWriter, r *http.Request) {
	seed := uint64(1)
	if text := r.URL.Query().Get("seed"); text != "" {
		parsed, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			http.Error(w, "seed: "+err.Error(), http.StatusBadRequest)
			return
		}
		seed = parsed
	}
	var list []Rule
	decoder := json.NewDecoder(r.Body)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&list); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	for _, rule := range list {
		switch rule.Fault {
		case Throttle, Error, Answer, Reset, Lost, Held, Latency:
		default:
			http.Error(w, "unknown fault "+strconv.Quote(string(rule.Fault)), http.StatusBadRequest)
			return
		}
	}
	p.rules.set(list, seed)
}

func answer(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(value)
}
