// Terraform's own language as a server: one request a line on standard input,
// one answer a line on standard output.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"

	"github.com/hashicorp/hcl/v2"

	backends "github.com/hashicorp/terraform/internal/backend/init"
	"github.com/hashicorp/terraform/internal/command"
	viewsjson "github.com/hashicorp/terraform/internal/command/views/json"
	"github.com/hashicorp/terraform/internal/repl"
	"github.com/hashicorp/terraform/internal/tfdiags"
	"github.com/hashicorp/terraform/version"
)

type request struct {
	// What is asked: "format", "evaluate", "validate" or "console".
	Ask   string            `json:"ask"`
	Text  string            `json:"text"`
	Texts []string          `json:"texts"`
	Files map[string]string `json:"files"`
	Vars  map[string]string `json:"vars"`
}

type answer struct {
	Text        string                  `json:"text,omitempty"`
	Answers     []evaluated             `json:"answers,omitempty"`
	Diagnostics []*viewsjson.Diagnostic `json:"diagnostics,omitempty"`
	// Whether installing modules failed, which only init would say.
	Install bool   `json:"install,omitempty"`
	Crash   string `json:"crash,omitempty"`
}

type evaluated struct {
	Value       string                  `json:"value,omitempty"`
	Type        json.RawMessage         `json:"type,omitempty"`
	Diagnostics []*viewsjson.Diagnostic `json:"diagnostics,omitempty"`
	Crash       string                  `json:"crash,omitempty"`
}

func listed(diags tfdiags.Diagnostics, sources map[string][]byte) []*viewsjson.Diagnostic {
	found := []*viewsjson.Diagnostic{}
	for _, d := range diags {
		found = append(found, viewsjson.NewDiagnostic(d, sources))
	}
	return found
}

func listedHCL(diags hcl.Diagnostics, sources map[string][]byte) []*viewsjson.Diagnostic {
	return listed(tfdiags.Diagnostics{}.Append(diags), sources)
}

func write(files map[string]string) error {
	entries, err := os.ReadDir(".")
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if err := os.RemoveAll(entry.Name()); err != nil {
			return err
		}
	}
	for name, text := range files {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func format(req *request) answer {
	text, diags := command.NewOracle(nil, nil).Fmt([]byte(req.Text))
	sources := map[string][]byte{"<stdin>": []byte(req.Text)}
	return answer{Text: string(text), Diagnostics: listedHCL(diags, sources)}
}

func validate(req *request, schemas *schemas) answer {
	if err := write(req.Files); err != nil {
		return answer{Crash: err.Error()}
	}
	oracle := command.NewOracle(schemas.factories(), provisionersByName())
	if diags := oracle.Install(); diags.HasErrors() {
		return answer{Install: true, Diagnostics: listed(diags, oracle.Sources())}
	}
	diags := oracle.Validate()
	return answer{Diagnostics: listed(diags, oracle.Sources())}
}

func console(req *request, schemas *schemas) answer {
	if err := write(req.Files); err != nil {
		return answer{Crash: err.Error()}
	}
	oracle := command.NewOracle(schemas.factories(), provisionersByName())
	if diags := oracle.Install(); diags.HasErrors() {
		return answer{Install: true, Diagnostics: listed(diags, oracle.Sources())}
	}
	scope, diags := oracle.Scope(req.Files, req.Vars)
	out := answer{Diagnostics: listed(diags, oracle.Sources())}
	if scope == nil {
		return out
	}
	for _, line := range req.Texts {
		session := repl.Session{Scope: scope}
		out.Answers = append(out.Answers, asked(&session, line))
	}
	return out
}

func asked(session *repl.Session, line string) (out evaluated) {
	defer func() {
		if r := recover(); r != nil {
			out.Crash = fmt.Sprint(r)
		}
	}()
	text, _, diags := session.Handle(line)
	return evaluated{Value: text, Diagnostics: listed(diags, map[string][]byte{"<console-input>": []byte(line)})}
}

func run(req *request, schemas *schemas) (out answer) {
	defer func() {
		if r := recover(); r != nil {
			out = answer{Crash: fmt.Sprint(r)}
		}
	}()
	switch req.Ask {
	case "format":
		return format(req)
	case "evaluate":
		return evaluate(req)
	case "validate":
		return validate(req, schemas)
	case "console":
		return console(req, schemas)
	}
	return answer{Crash: "asked for nothing known"}
}

func main() {
	log.SetOutput(io.Discard)
	backends.Init(nil)
	version.Prerelease = ""
	version.SemVer = version.SemVer.Core()
	schemas, err := readSchemas(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	folder, err := os.MkdirTemp("", "oracle")
	if err == nil {
		err = os.Chdir(folder)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	defer os.RemoveAll(folder)
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := json.NewEncoder(os.Stdout)
	for {
		line, err := in.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			var req request
			if err := json.Unmarshal(line, &req); err != nil {
				out.Encode(answer{Crash: err.Error()})
			} else {
				out.Encode(run(&req, schemas))
			}
		}
		if err != nil {
			return
		}
	}
}
