// Answers the cases of a table with Go's own text/template.
//
// Each line of standard input is a case {"templates": {name: text}, "main":
// name, "data": value, "missing": "zero"}; each line of output is the case
// with "out" or "error". Values are JSON, where an object with one key that
// begins with "$" stands for a typed value.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sort"
	"strconv"
	"strings"
	"text/template"
)

type Case struct {
	Templates map[string]string `json:"templates"`
	Main      string            `json:"main"`
	Data      any               `json:"data"`
	Missing   string            `json:"missing,omitempty"`
	Out       *string           `json:"out,omitempty"`
	Bytes     []byte            `json:"bytes,omitempty"`
	Error     string            `json:"error,omitempty"`
}

type Values map[string]any

func (v Values) Has(key string) bool                    { _, ok := v[key]; return ok }
func (v Values) Join(sep string, keys ...string) string { return strings.Join(keys, sep) }
func (v Values) Fails() (string, error)                 { return "", errors.New("it fails") }

type Chart struct {
	Name    string
	Version string
	Tags    []string
	Extra   any
}

type Version struct{ Major, Minor int }

func (v *Version) String() string { return fmt.Sprintf("v%d.%d", v.Major, v.Minor) }

func (v *Version) Next(by int) int { return v.Minor + by }

func value(v any) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = value(v[i])
		}
		return v
	case map[string]any:
		if len(v) == 1 {
			for k, x := range v {
				if strings.HasPrefix(k, "$") {
					return typed(k[1:], x)
				}
			}
		}
		for k := range v {
			v[k] = value(v[k])
		}
		return v
	}
	return v
}

func typed(kind string, x any) any {
	s, _ := x.(string)
	i, _ := strconv.ParseInt(s, 10, 64)
	u, _ := strconv.ParseUint(s, 10, 64)
	switch kind {
	case "int":
		return int(i)
	case "int8":
		return int8(i)
	case "int16":
		return int16(i)
	case "int32":
		return int32(i)
	case "int64":
		return i
	case "uint":
		return uint(u)
	case "uint8":
		return uint8(u)
	case "uint16":
		return uint16(u)
	case "uint32":
		return uint32(u)
	case "uint64":
		return u
	case "float64":
		f, _ := strconv.ParseFloat(s, 64)
		return f
	case "float32":
		f, _ := strconv.ParseFloat(s, 32)
		return float32(f)
	case "complex":
		p := x.([]any)
		return complex(p[0].(float64), p[1].(float64))
	case "bytes":
		return []byte(s)
	case "raw":
		var b []byte
		for _, c := range x.([]any) {
			b = append(b, byte(c.(float64)))
		}
		return string(b)
	case "strings":
		out := []string{}
		for _, e := range x.([]any) {
			out = append(out, e.(string))
		}
		return out
	case "ints":
		out := []int{}
		for _, e := range x.([]any) {
			out = append(out, int(e.(float64)))
		}
		return out
	case "lists":
		out := [][]any{}
		for _, e := range x.([]any) {
			out = append(out, value(e).([]any))
		}
		return out
	case "stringmap":
		out := map[string]string{}
		for k, e := range x.(map[string]any) {
			out[k] = e.(string)
		}
		return out
	case "intmap":
		out := map[string]int{}
		for k, e := range x.(map[string]any) {
			out[k] = int(e.(float64))
		}
		return out
	case "nilmap":
		return map[string]any(nil)
	case "nillist":
		return []any(nil)
	case "values":
		return Values(value(x).(map[string]any))
	case "chart":
		return Chart{Name: "demo", Version: "1.2.3", Tags: []string{"a", "b"}}
	case "version":
		return &Version{1, int(x.(float64))}
	}
	panic("unknown type " + kind)
}

func functions(t *template.Template, included map[string]int) template.FuncMap {
	return template.FuncMap{
		"str":     func(s string) string { return "<" + s + ">" },
		"integer": func(i int) int { return i + 1 },
		"wide":    func(i int64) int64 { return i },
		"byte":    func(i uint8) uint8 { return i },
		"float":   func(f float64) float64 { return f },
		"boolean": func(b bool) bool { return !b },
		"any":     func(v any) any { return v },
		"two":     func(s string, i int) string { return fmt.Sprint(s, i) },
		"many":    func(s string, i ...int) string { return fmt.Sprint(s, i) },
		"anys":    func(v ...any) int { return len(v) },
		"strs":    func(s []string) string { return strings.Join(s, ",") },
		"dict":    func(m map[string]any) int { return len(m) },
		"oops":    func(s string) (string, error) { return s, errors.New("oops: " + s) },
		"new":     func() map[string]any { return map[string]any{} },
		"nothing": func() any { return nil },
		"list":    func(v ...any) []any { return v },
		"set": func(m map[string]any, k string, v any) map[string]any {
			m[k] = v
			return m
		},
		"include": func(name string, data any) (string, error) {
			var buf strings.Builder
			if included[name] > 1000 {
				return "", fmt.Errorf("rendering template has a nested reference name: %s: %w", name, errors.New("unable to execute template"))
			}
			included[name]++
			err := t.ExecuteTemplate(&buf, name, data)
			included[name]--
			return buf.String(), err
		},
		"tpl": func(text string, data any) (string, error) {
			c, err := t.Clone()
			if err != nil {
				return "", err
			}
			c.Option("missingkey=zero")
			c.Funcs(functions(c, included))
			c, err = c.New(t.Name()).Parse(text)
			if err != nil {
				return "", fmt.Errorf("cannot parse template %q: %w", text, err)
			}
			var buf strings.Builder
			if err := c.Execute(&buf, data); err != nil {
				return "", fmt.Errorf("error during tpl function execution for %q: %w", text, err)
			}
			return buf.String(), nil
		},
	}
}

func answer(c *Case) error {
	t := template.New("gotpl")
	missing := c.Missing
	if missing == "" {
		missing = "zero"
	}
	t.Option("missingkey=" + missing)
	t.Funcs(functions(t, map[string]int{}))
	var names []string
	for name := range c.Templates {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		if _, err := t.New(name).Parse(c.Templates[name]); err != nil {
			return err
		}
	}
	var buf bytes.Buffer
	var raw any
	b, _ := json.Marshal(c.Data)
	json.Unmarshal(b, &raw)
	if err := t.ExecuteTemplate(&buf, c.Main, value(raw)); err != nil {
		return err
	}
	s := buf.String()
	if json.Valid([]byte(strconv.Quote(s))) || strings.ToValidUTF8(s, "") == s {
		c.Out = &s
	} else {
		c.Bytes = buf.Bytes()
	}
	return nil
}

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	dec := json.NewDecoder(in)
	for dec.More() {
		var c Case
		if err := dec.Decode(&c); err != nil {
			panic(err)
		}
		func() {
			defer func() {
				if r := recover(); r != nil {
					c.Error = fmt.Sprint("panic: ", r)
				}
			}()
			if err := answer(&c); err != nil {
				c.Error = err.Error()
			}
		}()
		if err := enc.Encode(&c); err != nil {
			panic(err)
		}
	}
}
