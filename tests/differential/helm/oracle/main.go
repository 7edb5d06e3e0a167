// Answers requests with Helm itself, one JSON object a line:
//
//	{"template": text, "data": value}         a template with the functions of Helm
//	{"chart": folder, "values": [file],       what `helm template rel folder -n ns` prints
//	 "set": [text], "setString": [text], "setJson": [text], "setLiteral": [text],
//	 "kube": version, "apis": [version], "crds": bool, "upgrade": bool}
//	{"record": folder, "values": [file]}      the release as Helm stores it, as JSON
//	{"rule": constraint, "version": version}  whether a kubeVersion is met
//
// The answer is {"out": text} or {"bytes": base64} or {"error": text}.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"
	"text/template"
	"time"
	"unicode/utf8"
	_ "unsafe"

	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	c2load "helm.sh/helm/v4/pkg/chart/v2/loader"
	chartutil "helm.sh/helm/v4/pkg/chart/v2/util"
	"helm.sh/helm/v4/pkg/engine"
	release "helm.sh/helm/v4/pkg/release/v1"
	releaseutil "helm.sh/helm/v4/pkg/release/v1/util"
	"helm.sh/helm/v4/pkg/strvals"
)

//go:linkname funcMap helm.sh/helm/v4/pkg/engine.funcMap
func funcMap() template.FuncMap

type request struct {
	Template   *string  `json:"template"`
	Data       any      `json:"data"`
	Chart      string   `json:"chart"`
	Values     []string `json:"values"`
	Set        []string `json:"set"`
	SetString  []string `json:"setString"`
	SetJSON    []string `json:"setJson"`
	SetLiteral []string `json:"setLiteral"`
	Kube       string   `json:"kube"`
	APIs       []string `json:"apis"`
	CRDs       bool     `json:"crds"`
	Upgrade    bool     `json:"upgrade"`
	Record     string   `json:"record"`
	Rule       *string  `json:"rule"`
	Version    string   `json:"version"`
}

// known are the API versions every chart sees: of the file that is the argument.
var known []string

type response struct {
	Out   *string `json:"out,omitempty"`
	Bytes string  `json:"bytes,omitempty"`
	Error string  `json:"error,omitempty"`
}

func (r *request) template() ([]byte, error) {
	parsed, err := template.New("t").Option("missingkey=zero").Funcs(funcMap()).Parse(*r.Template)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = parsed.Execute(&out, r.Data)
	return out.Bytes(), err
}

func (r *request) values() (map[string]any, error) {
	base := map[string]any{}
	for _, path := range r.Values {
		raw, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		more, err := c2load.LoadValues(bytes.NewReader(raw))
		if err != nil {
			return nil, fmt.Errorf("failed to parse %s: %w", path, err)
		}
		base = c2load.MergeMaps(base, more)
	}
	for _, text := range r.SetJSON {
		if err := strvals.ParseJSON(text, base); err != nil {
			return nil, fmt.Errorf("failed parsing --set-json data %s", text)
		}
	}
	for _, text := range r.Set {
		if err := strvals.ParseInto(text, base); err != nil {
			return nil, fmt.Errorf("failed parsing --set data: %w", err)
		}
	}
	for _, text := range r.SetString {
		if err := strvals.ParseIntoString(text, base); err != nil {
			return nil, fmt.Errorf("failed parsing --set-string data: %w", err)
		}
	}
	for _, text := range r.SetLiteral {
		if err := strvals.ParseLiteralInto(text, base); err != nil {
			return nil, fmt.Errorf("failed parsing --set-literal data: %w", err)
		}
	}
	return base, nil
}

func (r *request) chart() ([]byte, error) {
	vals, err := r.values()
	if err != nil {
		return nil, err
	}
	loaded, err := c2load.Load(r.Chart)
	if err != nil {
		return nil, err
	}
	if kind := loaded.Metadata.Type; kind != "" && kind != "application" {
		return nil, fmt.Errorf("%s charts are not installable", kind)
	}
	if missing := missing(loaded); len(missing) > 0 {
		return nil, fmt.Errorf("an error occurred while checking for chart dependencies. You may need to run 'helm dependency build' to fetch missing dependencies: found in Chart.yaml, but missing in charts/ directory: %s", strings.Join(missing, ", "))
	}
	return r.render(loaded, vals)
}

func missing(loaded *chart.Chart) (names []string) {
	for _, wanted := range loaded.Metadata.Dependencies {
		found := func(one *chart.Chart) bool { return one.Name() == wanted.Name }
		if !slices.ContainsFunc(loaded.Dependencies(), found) {
			names = append(names, wanted.Name)
		}
	}
	return names
}

// render does what an installation without a cluster does.
func (r *request) render(loaded *chart.Chart, vals map[string]any) ([]byte, error) {
	capabilities := common.DefaultCapabilities.Copy()
	capabilities.APIVersions = append(slices.Clone(known), r.APIs...)
	kube := r.Kube
	if kube == "" {
		kube = "1.33.0"
	}
	version, err := common.ParseKubeVersion(kube)
	if err != nil {
		return nil, err
	}
	capabilities.KubeVersion = *version
	if err := chartutil.ProcessDependencies(loaded, vals); err != nil {
		return nil, fmt.Errorf("chart dependencies processing failed: %w", err)
	}
	options := common.ReleaseOptions{Name: "rel", Namespace: "ns", Revision: 1,
		IsInstall: !r.Upgrade, IsUpgrade: r.Upgrade}
	top, err := util.ToRenderValuesWithSchemaValidation(loaded, vals, options, capabilities, false)
	if err != nil {
		return nil, err
	}
	return r.manifests(loaded, top, capabilities)
}

func (r *request) manifests(loaded *chart.Chart, top common.Values, capabilities *common.Capabilities) ([]byte, error) {
	if wanted := loaded.Metadata.KubeVersion; wanted != "" {
		if !chartutil.IsCompatibleRange(wanted, capabilities.KubeVersion.String()) {
			return nil, fmt.Errorf("chart requires kubeVersion: %s which is incompatible with Kubernetes %s", wanted, capabilities.KubeVersion.Version)
		}
	}
	files, err := engine.Engine{}.RenderWithContext(context.Background(), loaded, top)
	if err != nil {
		return nil, err
	}
	notes := files[loaded.Name()+"/templates/NOTES.txt"]
	for name := range files {
		if strings.HasSuffix(name, "NOTES.txt") {
			delete(files, name)
		}
	}
	hooks, manifests, err := releaseutil.SortManifests(files, nil, releaseutil.InstallOrder)
	if err != nil {
		return nil, err
	}
	var text strings.Builder
	if r.CRDs {
		for _, crd := range loaded.CRDObjects() {
			fmt.Fprintf(&text, "---\n# Source: %s\n%s\n", crd.Filename, string(crd.File.Data))
		}
	}
	for _, manifest := range manifests {
		fmt.Fprintf(&text, "---\n# Source: %s\n%s\n", manifest.Name, manifest.Content)
	}
	var out bytes.Buffer
	fmt.Fprintln(&out, strings.TrimSpace(text.String()))
	for _, hook := range hooks {
		fmt.Fprintf(&out, "---\n# Source: %s\n%s\n", hook.Path, hook.Manifest)
	}
	fmt.Fprintf(&out, "=== NOTES\n%s", notes)
	return out.Bytes(), nil
}

// record makes the release of a rendering, at a time that is always the same.
func (r *request) record() ([]byte, error) {
	vals, err := r.values()
	if err != nil {
		return nil, err
	}
	loaded, err := c2load.Load(r.Record)
	if err != nil {
		return nil, err
	}
	loaded.ModTime, loaded.SchemaModTime = time.Time{}, time.Time{}
	for _, file := range append(slices.Clone(loaded.Templates), loaded.Files...) {
		file.ModTime = time.Time{}
	}
	stored := &release.Release{Name: "rel", Chart: loaded, Config: vals, Version: 1, Namespace: "ns", ApplyMethod: "ssa",
		Info: &release.Info{FirstDeployed: time.Unix(1700000000, 120000000).UTC(), Status: "deployed"}}
	if err := chartutil.ProcessDependencies(loaded, vals); err != nil {
		return nil, err
	}
	capabilities := common.DefaultCapabilities.Copy()
	capabilities.APIVersions = known
	options := common.ReleaseOptions{Name: "rel", Namespace: "ns", Revision: 1, IsInstall: true}
	top, err := util.ToRenderValuesWithSchemaValidation(loaded, vals, options, capabilities, false)
	if err != nil {
		return nil, err
	}
	files, err := engine.Engine{}.RenderWithContext(context.Background(), loaded, top)
	if err != nil {
		return nil, err
	}
	notes := loaded.Name() + "/templates/NOTES.txt"
	stored.Info.Notes = files[notes]
	for name := range files {
		if strings.HasSuffix(name, "NOTES.txt") {
			delete(files, name)
		}
	}
	hooks, manifests, err := releaseutil.SortManifests(files, nil, releaseutil.InstallOrder)
	if err != nil {
		return nil, err
	}
	stored.Hooks = hooks
	for _, manifest := range manifests {
		stored.Manifest += fmt.Sprintf("---\n# Source: %s\n%s\n", manifest.Name, manifest.Content)
	}
	return json.Marshal(stored)
}

func (r *request) answer() (out []byte, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v", cause)
		}
	}()
	switch {
	case r.Template != nil:
		return r.template()
	case r.Chart != "":
		return r.chart()
	case r.Record != "":
		return r.record()
	case r.Rule != nil:
		return fmt.Appendf(nil, "%t", chartutil.IsCompatibleRange(*r.Rule, r.Version)), nil
	}
	return nil, errors.New("what is asked?")
}

func main() {
	slog.SetDefault(slog.New(slog.NewTextHandler(io.Discard, nil)))
	if text, err := os.ReadFile(os.Args[1]); err != nil {
		panic(err)
	} else {
		known = strings.Fields(string(text))
	}
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<26)
	out := bufio.NewWriter(os.Stdout)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for in.Scan() {
		var asked request
		if err := json.Unmarshal(in.Bytes(), &asked); err != nil {
			panic(err)
		}
		var said response
		answer, err := asked.answer()
		switch {
		case err != nil:
			said.Error = err.Error()
		case utf8.Valid(answer):
			text := string(answer)
			said.Out = &text
		default:
			said.Bytes = base64.StdEncoding.EncodeToString(answer)
		}
		if err := encoder.Encode(said); err != nil {
			panic(err)
		}
		out.Flush()
	}
}
