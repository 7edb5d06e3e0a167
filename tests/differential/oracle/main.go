// Terraform's own core as a server: one request a line on standard input, one
// answer a line on standard output. Built inside a copy of Terraform's module,
// because what it uses is internal there.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"os"
	"path"
	"sort"

	version "github.com/hashicorp/go-version"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/spf13/afero"
	"github.com/zclconf/go-cty/cty"

	"github.com/hashicorp/terraform/internal/addrs"
	"github.com/hashicorp/terraform/internal/builtin/providers/terraform"
	"github.com/hashicorp/terraform/internal/command/jsonplan"
	"github.com/hashicorp/terraform/internal/configs"
	"github.com/hashicorp/terraform/internal/plans"
	"github.com/hashicorp/terraform/internal/providers"
	"github.com/hashicorp/terraform/internal/states"
	"github.com/hashicorp/terraform/internal/states/statefile"
	core "github.com/hashicorp/terraform/internal/terraform"
	"github.com/hashicorp/terraform/internal/tfdiags"
)

type request struct {
	Files   map[string]string `json:"files"`
	State   json.RawMessage   `json:"state"`
	Mode    string            `json:"mode"`
	Refresh bool              `json:"refresh"`
	Replace []string          `json:"replace"`
	Targets []string          `json:"targets"`
	Apply   bool              `json:"apply"`
	Schema  json.RawMessage   `json:"schema"`
}

type diagnostic struct {
	Severity string `json:"severity"`
	Summary  string `json:"summary"`
	Detail   string `json:"detail"`
	Place    string `json:"place"`
}

type answer struct {
	Validated []diagnostic    `json:"validated"`
	Planned   []diagnostic    `json:"planned"`
	Plan      json.RawMessage `json:"plan,omitempty"`
	Applied   []diagnostic    `json:"applied"`
	State     json.RawMessage `json:"state,omitempty"`
	Crash     string          `json:"crash,omitempty"`
}

func listed(diags tfdiags.Diagnostics) []diagnostic {
	found := []diagnostic{}
	for _, d := range diags {
		one := diagnostic{Severity: "error", Summary: d.Description().Summary, Detail: d.Description().Detail}
		if d.Severity() == tfdiags.Warning {
			one.Severity = "warning"
		}
		if s := d.Source().Subject; s != nil {
			one.Place = fmt.Sprintf("%s:%d", s.Filename, s.Start.Line)
		}
		found = append(found, one)
	}
	sort.SliceStable(found, func(i, j int) bool {
		a, b := found[i], found[j]
		return a.Summary+a.Detail+a.Place < b.Summary+b.Detail+b.Place
	})
	return found
}

func load(files map[string]string) (*configs.Config, hcl.Diagnostics) {
	fs := afero.NewMemMapFs()
	for name, text := range files {
		afero.WriteFile(fs, name, []byte(text), 0o644)
	}
	parser := configs.NewParser(fs)
	root, diags := parser.LoadConfigDir(".")
	if root == nil || diags.HasErrors() {
		return nil, diags
	}
	walk := func(req *configs.ModuleRequest) (*configs.Module, *version.Version, hcl.Diagnostics) {
		dir := path.Join(req.Parent.Module.SourceDir, req.SourceAddr.String())
		module, diags := parser.LoadConfigDir(dir)
		return module, nil, diags
	}
	mocks := func(*configs.Provider) (*configs.MockData, hcl.Diagnostics) { return nil, nil }
	config, more := configs.BuildConfig(root, configs.ModuleWalkerFunc(walk), configs.MockDataLoaderFunc(mocks))
	return config, append(diags, more...)
}

func options(req *request) (*core.PlanOpts, error) {
	modes := map[string]plans.Mode{"": plans.NormalMode, "normal": plans.NormalMode, "destroy": plans.DestroyMode, "refresh-only": plans.RefreshOnlyMode}
	opts := &core.PlanOpts{Mode: modes[req.Mode], SkipRefresh: !req.Refresh, SetVariables: core.InputValues{}}
	for _, text := range req.Replace {
		traversal, diags := hclsyntax.ParseTraversalAbs([]byte(text), "", hcl.InitialPos)
		if diags.HasErrors() {
			return nil, diags
		}
		addr, more := addrs.ParseAbsResourceInstance(traversal)
		if more.HasErrors() {
			return nil, more.Err()
		}
		opts.ForceReplace = append(opts.ForceReplace, addr)
	}
	for _, text := range req.Targets {
		target, diags := addrs.ParseTargetStr(text)
		if diags.HasErrors() {
			return nil, diags.Err()
		}
		opts.Targets = append(opts.Targets, target.Subject)
	}
	return opts, nil
}

func run(req *request) (out answer) {
	defer func() {
		if r := recover(); r != nil {
			out.Crash = fmt.Sprint(r)
		}
	}()
	config, hclDiags := load(req.Files)
	if hclDiags.HasErrors() || config == nil {
		out.Validated = listed(tfdiags.Diagnostics{}.Append(hclDiags))
		return out
	}
	file := statefile.New(states.NewState(), "4e1a2f33-0000-4000-8000-000000000001", 0)
	if len(req.State) > 0 && string(req.State) != "null" {
		read, err := statefile.Read(bytes.NewReader(req.State))
		if err != nil {
			out.Crash = err.Error()
			return out
		}
		file = read
	}
	factories := map[addrs.Provider]providers.Factory{
		addrs.NewBuiltInProvider("terraform"): providers.FactoryFixed(terraform.NewProvider()),
	}
	if len(req.Schema) > 0 && string(req.Schema) != "null" {
		mock, err := newMock(req.Schema)
		if err != nil {
			out.Crash = err.Error()
			return out
		}
		factories[addrs.NewDefaultProvider("mock")] = providers.FactoryFixed(mock)
	}
	ctx, diags := core.NewContext(&core.ContextOpts{
		Meta:      &core.ContextMeta{Env: "default", OriginalWorkingDir: "/"},
		Providers: factories,
	})
	if diags.HasErrors() {
		out.Crash = diags.Err().Error()
		return out
	}
	validated := ctx.Validate(config, nil)
	out.Validated = listed(validated)
	if validated.HasErrors() {
		return out
	}
	opts, err := options(req)
	if err != nil {
		out.Crash = err.Error()
		return out
	}
	for name, v := range config.Module.Variables {
		// Not set: the default counts, or the variable is null.
		value := cty.NilVal
		if v.Required() {
			value = cty.NullVal(cty.DynamicPseudoType)
		}
		opts.SetVariables[name] = &core.InputValue{Value: value, SourceType: core.ValueFromConfig}
	}
	before := file.State.DeepCopy()
	plan, planned := ctx.Plan(config, before, opts)
	out.Planned = listed(planned)
	if plan == nil {
		return out
	}
	schemas, _ := ctx.Schemas(config, plan.PriorState)
	if text, err := jsonplan.Marshal(config, plan, statefile.New(plan.PriorState, file.Lineage, file.Serial), schemas); err == nil {
		out.Plan = text
	} else {
		out.Crash = "jsonplan: " + err.Error()
	}
	if planned.HasErrors() || !req.Apply {
		return out
	}
	after, applied := ctx.Apply(plan, config, nil)
	out.Applied = listed(applied)
	if after == nil {
		return out
	}
	var text bytes.Buffer
	if err := statefile.Write(statefile.New(after, file.Lineage, file.Serial+1), &text); err != nil {
		out.Crash = err.Error()
	}
	out.State = text.Bytes()
	return out
}

func main() {
	log.SetOutput(io.Discard)
	if len(os.Args) == 3 && os.Args[1] == "serve" {
		if err := serve(os.Args[2]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := json.NewEncoder(os.Stdout)
	for {
		line, err := in.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			var req request
			if err := json.Unmarshal(line, &req); err != nil {
				out.Encode(answer{Crash: err.Error()})
			} else {
				out.Encode(run(&req))
			}
		}
		if err != nil {
			return
		}
	}
}
