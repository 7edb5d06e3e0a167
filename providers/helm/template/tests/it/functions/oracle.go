// Answers templates with Go's text/template and the functions of Helm.
//
// Standard input is lines of {"template": text}, the argument a file of data;
// each line of output is the case with "out", "bytes" or "error". It needs an
// empty file `empty.s` beside it, and helm.sh/helm/v4 v4.3.1.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"text/template"
	"unicode/utf8"
	"encoding/base64"
	_ "unsafe"

	_ "helm.sh/helm/v4/pkg/engine"
)

//go:linkname funcMap helm.sh/helm/v4/pkg/engine.funcMap
func funcMap() template.FuncMap

type Case struct {
	Template string  `json:"template"`
	Data     any     `json:"data,omitempty"`
	Out      *string `json:"out,omitempty"`
	Bytes    string  `json:"bytes,omitempty"`
	Error    string  `json:"error,omitempty"`
}

func main() {
	var shared any
	b, _ := os.ReadFile(os.Args[1])
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<26)
	w := bufio.NewWriter(os.Stdout)
	defer w.Flush()
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	fm := funcMap()
	for in.Scan() {
		var c Case
		if err := json.Unmarshal(in.Bytes(), &c); err != nil {
			panic(err)
		}
		data := c.Data
		if data == nil {
			shared = nil
			json.Unmarshal(b, &shared)
			data = shared
		} else {
			d, _ := json.Marshal(c.Data)
			data = nil
			json.Unmarshal(d, &data)
		}
		var out bytes.Buffer
		t, err := template.New("t").Option("missingkey=zero").Funcs(fm).Parse(c.Template)
		if err == nil {
			err = t.Execute(&out, data)
		}
		if err != nil {
			c.Error = err.Error()
		} else if utf8.Valid(out.Bytes()) {
			s := out.String()
			c.Out = &s
		} else {
			c.Bytes = base64.StdEncoding.EncodeToString(out.Bytes())
		}
		enc.Encode(c)
	}
}
