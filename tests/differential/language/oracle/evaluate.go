package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/hashicorp/terraform/internal/lang"
	"github.com/hashicorp/terraform/internal/lang/marks"
)

// evaluate answers what each expression is, alone, with `var` as the only
// variable.
func evaluate(req *request) answer {
	if req.Files != nil {
		if err := write(req.Files); err != nil {
			return answer{Crash: err.Error()}
		}
	}
	scope := lang.Scope{BaseDir: ".", PlanTimestamp: time.Unix(1700000000, 0).UTC()}
	context := &hcl.EvalContext{
		Variables: map[string]cty.Value{"var": variables()},
		Functions: scope.Functions(),
	}
	out := answer{}
	for _, text := range req.Texts {
		out.Answers = append(out.Answers, value(text, context))
	}
	return out
}

func value(text string, context *hcl.EvalContext) (out evaluated) {
	defer func() {
		if r := recover(); r != nil {
			out = evaluated{Crash: fmt.Sprint(r)}
		}
	}()
	sources := map[string][]byte{"main.tf": []byte(text)}
	expr, diags := hclsyntax.ParseExpression([]byte(text), "main.tf", hcl.InitialPos)
	if diags.HasErrors() {
		return evaluated{Diagnostics: listedHCL(diags, sources)}
	}
	result, diags := expr.Value(context)
	if diags.HasErrors() {
		return evaluated{Diagnostics: listedHCL(diags, sources)}
	}
	ty, err := json.Marshal(result.Type())
	if err != nil {
		return evaluated{Crash: err.Error()}
	}
	return evaluated{Value: written(result), Type: ty}
}

// variables has values of every kind. The example `language` of trueup-core
// has the same.
func variables() cty.Value {
	str, num, boolean := cty.StringVal, cty.NumberIntVal, cty.BoolVal
	unknown := cty.UnknownVal
	object := cty.Object(map[string]cty.Type{"a": cty.String, "b": cty.Number})
	secret := func(v cty.Value) cty.Value { return v.Mark(marks.Sensitive) }
	passing := func(v cty.Value) cty.Value { return v.Mark(marks.Ephemeral) }
	return cty.ObjectVal(map[string]cty.Value{
		"s":        str("hello"),
		"n":        num(5),
		"b":        boolean(true),
		"digits":   str("12"),
		"empty":    str(""),
		"fraction": cty.MustParseNumberVal("2.5"),
		"list":     cty.ListVal([]cty.Value{str("b"), str("a"), str("c")}),
		"numbers":  cty.ListVal([]cty.Value{num(3), num(1), num(2)}),
		"none":     cty.ListValEmpty(cty.String),
		"set":      cty.SetVal([]cty.Value{str("x"), str("y")}),
		"map":      cty.MapVal(map[string]cty.Value{"k": str("v"), "l": str("w")}),
		"nomap":    cty.MapValEmpty(cty.String),
		"obj":      cty.ObjectVal(map[string]cty.Value{"a": str("x"), "b": num(1)}),
		"objs": cty.ListVal([]cty.Value{
			cty.ObjectVal(map[string]cty.Value{"a": str("x"), "b": num(1)}),
			cty.ObjectVal(map[string]cty.Value{"a": str("y"), "b": cty.NullVal(cty.Number)}),
		}),
		"tuple":        cty.TupleVal([]cty.Value{str("a"), num(1), boolean(true)}),
		"null_s":       cty.NullVal(cty.String),
		"null_n":       cty.NullVal(cty.Number),
		"null_list":    cty.NullVal(cty.List(cty.String)),
		"null_map":     cty.NullVal(cty.Map(cty.String)),
		"null_obj":     cty.NullVal(object),
		"holed":        cty.ListVal([]cty.Value{str("a"), cty.NullVal(cty.String)}),
		"u_any":        cty.DynamicVal,
		"u_s":          unknown(cty.String),
		"u_n":          unknown(cty.Number),
		"u_b":          unknown(cty.Bool),
		"u_list":       unknown(cty.List(cty.String)),
		"u_set":        unknown(cty.Set(cty.String)),
		"u_map":        unknown(cty.Map(cty.String)),
		"u_obj":        unknown(object),
		"u_tuple":      unknown(cty.Tuple([]cty.Type{cty.String, cty.Number})),
		"u_s_there":    unknown(cty.String).RefineNotNull(),
		"u_s_prefix":   unknown(cty.String).Refine().NotNull().StringPrefixFull("ab-").NewValue(),
		"u_n_range":    unknown(cty.Number).Refine().NotNull().NumberRangeInclusive(num(1), num(9)).NewValue(),
		"u_list_there": unknown(cty.List(cty.String)).Refine().NotNull().CollectionLengthLowerBound(2).CollectionLengthUpperBound(3).NewValue(),
		"u_set_there":  unknown(cty.Set(cty.String)).Refine().NotNull().CollectionLengthLowerBound(1).NewValue(),
		"part_list":    cty.ListVal([]cty.Value{str("a"), unknown(cty.String)}),
		"part_map":     cty.MapVal(map[string]cty.Value{"k": unknown(cty.String), "l": str("w")}),
		"part_set":     cty.SetVal([]cty.Value{str("a"), unknown(cty.String)}),
		"part_obj":     cty.ObjectVal(map[string]cty.Value{"a": unknown(cty.String), "b": num(1)}),
		"secret":       secret(str("hidden")),
		"secret_n":     secret(num(7)),
		"secret_b":     secret(boolean(true)),
		"secret_list":  secret(cty.ListVal([]cty.Value{str("h1"), str("h2")})),
		"secret_in":    cty.ListVal([]cty.Value{secret(str("h1")), str("p")}),
		"secret_map":   cty.MapVal(map[string]cty.Value{"k": secret(str("h1")), "l": str("p")}),
		"secret_obj":   cty.ObjectVal(map[string]cty.Value{"a": secret(str("h1")), "b": num(1)}),
		"secret_u":     secret(unknown(cty.String)),
		"passing":      passing(str("brief")),
		"passing_list": cty.ListVal([]cty.Value{passing(str("brief")), str("p")}),
		"both":         passing(secret(str("both"))),
	})
}

// written spells a value out, with its marks and what is known of the
// unknown.
func written(v cty.Value) string {
	if v.IsMarked() {
		bare, found := v.Unmark()
		var names []string
		for _, one := range []any{marks.Ephemeral, marks.Sensitive} {
			if _, there := found[one]; there {
				names = append(names, strings.ToLower(fmt.Sprint(one)))
			}
		}
		return strings.Join(names, "+") + "(" + written(bare) + ")"
	}
	ty := v.Type()
	switch {
	case v.IsNull():
		return "null(" + typeText(ty) + ")"
	case !v.IsKnown():
		return "unknown(" + typeText(ty) + certain(v) + ")"
	case ty == cty.String:
		return quoted(v.AsString())
	case ty == cty.Number:
		return v.AsBigFloat().Text('f', -1)
	case ty == cty.Bool:
		return fmt.Sprint(v.True())
	case ty.IsMapType() || ty.IsObjectType():
		return "{" + elements(v, true) + "}"
	case ty.IsSetType():
		return "set[" + elements(v, false) + "]"
	case ty.IsCapsuleType():
		return "capsule"
	}
	return "[" + elements(v, false) + "]"
}

func elements(v cty.Value, keys bool) string {
	var parts []string
	for it := v.ElementIterator(); it.Next(); {
		key, element := it.Element()
		part := written(element)
		if keys {
			part = quoted(key.AsString()) + "=" + part
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ",")
}

// quoted is text in JSON's quotes, `<`, `>` and `&` as they are.
func quoted(text string) string {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.Encode(text)
	return strings.TrimSuffix(out.String(), "\n")
}

func typeText(ty cty.Type) string {
	text, err := json.Marshal(ty)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// certain is what is known of an unknown value.
func certain(v cty.Value) string {
	ty := v.Type()
	if ty == cty.DynamicPseudoType {
		return ""
	}
	found := v.Range()
	out := ""
	if found.DefinitelyNotNull() {
		out += " there"
	}
	switch {
	case ty == cty.String:
		if prefix := found.StringPrefix(); prefix != "" {
			out += " prefix=" + quoted(prefix)
		}
	case ty == cty.Number:
		low, included := found.NumberLowerBound()
		out += bound(" min", low, included)
		high, included := found.NumberUpperBound()
		out += bound(" max", high, included)
	case ty.IsCollectionType():
		if low := found.LengthLowerBound(); low > 0 {
			out += fmt.Sprintf(" least=%d", low)
		}
		if high := found.LengthUpperBound(); high < 1<<40 {
			out += fmt.Sprintf(" most=%d", high)
		}
	}
	return out
}

func bound(name string, at cty.Value, included bool) string {
	if !at.IsKnown() || at.AsBigFloat().IsInf() {
		return ""
	}
	sign := ">"
	if included {
		sign = "="
	}
	return name + sign + at.AsBigFloat().Text('f', -1)
}
