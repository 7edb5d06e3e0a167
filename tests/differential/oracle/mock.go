package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"
	"github.com/zclconf/go-cty/cty/msgpack"

	"github.com/hashicorp/terraform/internal/configs/configschema"
	"github.com/hashicorp/terraform/internal/providers"
	mocks "github.com/hashicorp/terraform/internal/providers/testing"
	"github.com/hashicorp/terraform/internal/tfdiags"
)

// What the provider does is a function of names in the schema and of the
// attribute "mode", a list of misbehaviours; README.md says which. The same
// provider is written in Rust in engine/core/examples/differential.

type jsonAttribute struct {
	Type      json.RawMessage `json:"type"`
	Nested    *jsonNested     `json:"nested_type"`
	Required  bool            `json:"required"`
	Optional  bool            `json:"optional"`
	Computed  bool            `json:"computed"`
	Sensitive bool            `json:"sensitive"`
	WriteOnly bool            `json:"write_only"`
}

type jsonNested struct {
	Attributes map[string]jsonAttribute `json:"attributes"`
	Mode       string                   `json:"nesting_mode"`
}

type jsonBlock struct {
	Attributes map[string]jsonAttribute `json:"attributes"`
	Blocks     map[string]jsonBlockType `json:"block_types"`
}

type jsonBlockType struct {
	Mode  string    `json:"nesting_mode"`
	Block jsonBlock `json:"block"`
	Min   int       `json:"min_items"`
	Max   int       `json:"max_items"`
}

type jsonSchema struct {
	Version int64     `json:"version"`
	Block   jsonBlock `json:"block"`
}

type jsonProvider struct {
	Provider  jsonSchema            `json:"provider"`
	Resources map[string]jsonSchema `json:"resource_schemas"`
	Data      map[string]jsonSchema `json:"data_source_schemas"`
	Ephemeral map[string]jsonSchema `json:"ephemeral_resource_schemas"`
}

var modes = map[string]configschema.NestingMode{
	"single": configschema.NestingSingle, "group": configschema.NestingGroup, "list": configschema.NestingList,
	"set": configschema.NestingSet, "map": configschema.NestingMap,
}

func attributes(from map[string]jsonAttribute) map[string]*configschema.Attribute {
	found := map[string]*configschema.Attribute{}
	for name, a := range from {
		one := &configschema.Attribute{Required: a.Required, Optional: a.Optional, Computed: a.Computed, Sensitive: a.Sensitive, WriteOnly: a.WriteOnly}
		if a.Nested != nil {
			one.NestedType = &configschema.Object{Attributes: attributes(a.Nested.Attributes), Nesting: modes[a.Nested.Mode]}
		} else {
			ty, err := ctyjson.UnmarshalType(a.Type)
			if err != nil {
				panic(err)
			}
			one.Type = ty
		}
		found[name] = one
	}
	return found
}

func block(from jsonBlock) *configschema.Block {
	found := &configschema.Block{Attributes: attributes(from.Attributes), BlockTypes: map[string]*configschema.NestedBlock{}}
	for name, b := range from.Blocks {
		found.BlockTypes[name] = &configschema.NestedBlock{Block: *block(b.Block), Nesting: modes[b.Mode], MinItems: b.Min, MaxItems: b.Max}
	}
	return found
}

func schemas(from map[string]jsonSchema) map[string]providers.Schema {
	found := map[string]providers.Schema{}
	for name, s := range from {
		found[name] = providers.Schema{Version: s.Version, Block: block(s.Block)}
	}
	return found
}

func newMock(text json.RawMessage) (providers.Interface, error) {
	var from jsonProvider
	if err := json.Unmarshal(text, &from); err != nil {
		return nil, err
	}
	schema := &providers.GetProviderSchemaResponse{
		Provider:      providers.Schema{Block: block(from.Provider.Block)},
		ResourceTypes: schemas(from.Resources),
		DataSources:   schemas(from.Data),

		EphemeralResourceTypes: schemas(from.Ephemeral),
	}
	of := func(kind string) *configschema.Block { return schema.ResourceTypes[kind].Block }
	p := &mocks.MockProvider{GetProviderSchemaResponse: schema}
	// Values reach a real provider through msgpack, as values of its types.
	received := func(kind string, v cty.Value) cty.Value {
		ty := of(kind).ImpliedType()
		bytes, err := msgpack.Marshal(v, ty)
		if err != nil {
			return v
		}
		if v, err = msgpack.Unmarshal(bytes, ty); err != nil {
			panic(err)
		}
		return v
	}
	p.ReadResourceFn = func(r providers.ReadResourceRequest) (out providers.ReadResourceResponse) {
		m := modesOf(r.PriorState)
		out.Private = r.Private
		switch {
		case m["fail-read"]:
			out.NewState = r.PriorState
			out.Diagnostics = problem("Reading failed", "mode")
		case m["gone"]:
			out.NewState = cty.NullVal(r.PriorState.Type())
		case m["drift"]:
			out.NewState = replaced(r.PriorState, "drifting", func(v cty.Value) cty.Value {
				if v.IsNull() {
					return cty.StringVal("drift")
				}
				return cty.StringVal(v.AsString() + "+")
			})
		default:
			out.NewState = r.PriorState
		}
		return out
	}
	p.PlanResourceChangeFn = func(r providers.PlanResourceChangeRequest) (out providers.PlanResourceChangeResponse) {
		r.Config, r.PriorState = received(r.TypeName, r.Config), received(r.TypeName, r.PriorState)
		r.ProposedNewState = received(r.TypeName, r.ProposedNewState)
		out.PlannedPrivate = []byte("planned")
		if r.ProposedNewState.IsNull() {
			out.PlannedState = r.ProposedNewState
			return out
		}
		m := modesOf(r.Config)
		planned := planBlock(of(r.TypeName), r.Config, r.ProposedNewState, !r.PriorState.IsNull() && !r.PriorState.RawEquals(r.ProposedNewState))
		for name := range of(r.TypeName).Attributes {
			if strings.HasPrefix(name, "force") {
				out.RequiresReplace = append(out.RequiresReplace, cty.GetAttrPath(name))
			}
		}
		if m["final-differs"] {
			plain := planned.GetAttr("plain")
			text := "early"
			if plain.IsKnown() {
				text = "late"
			}
			planned = replaced(planned, "comp", func(cty.Value) cty.Value { return cty.StringVal(text) })
		}
		if m["plan-plain"] {
			planned = replaced(planned, "plain", func(cty.Value) cty.Value { return cty.StringVal("other") })
		}
		if m["plan-null"] {
			planned = cty.NullVal(planned.Type())
		}
		if m["plan-path"] {
			out.RequiresReplace = append(out.RequiresReplace, cty.GetAttrPath("nowhere"))
		}
		if m["legacy"] {
			out.LegacyTypeSystem = true
		}
		if m["fail-plan"] {
			out.Diagnostics = problem("Planning failed", "plain")
		}
		out.PlannedState = planned
		return out
	}
	p.ApplyResourceChangeFn = func(r providers.ApplyResourceChangeRequest) (out providers.ApplyResourceChangeResponse) {
		r.Config, r.PriorState = received(r.TypeName, r.Config), received(r.TypeName, r.PriorState)
		r.PlannedState = received(r.TypeName, r.PlannedState)
		out.Private = append([]byte("applied-"), r.PlannedPrivate...)
		if r.PlannedState.IsNull() {
			out.NewState = r.PlannedState
			if modesOf(r.PriorState)["fail-delete"] {
				out.NewState = r.PriorState
				out.Diagnostics = problem("Deleting failed", "")
			}
			return out
		}
		m := modesOf(r.Config)
		applied := complete(r.PlannedState)
		switch {
		case m["fail-create"] && r.PriorState.IsNull():
			out.NewState = cty.NullVal(applied.Type())
			out.Diagnostics = problem("Creating failed", "")
			return out
		case m["fail-partial"] && r.PriorState.IsNull():
			out.Diagnostics = problem("Creating failed halfway", "plain")
		case m["fail-update"] && !r.PriorState.IsNull():
			applied = r.PriorState
			out.Diagnostics = problem("Updating failed", "plain")
		case m["warn"]:
			out.Diagnostics = tfdiags.Diagnostics{}.Append(tfdiags.Sourceless(tfdiags.Warning, "Applied with care", "Something is to be known."))
		}
		if m["apply-plain"] {
			applied = replaced(applied, "plain", func(cty.Value) cty.Value { return cty.StringVal("other") })
		}
		if m["apply-null"] {
			applied = cty.NullVal(applied.Type())
		}
		if m["apply-unknown"] {
			applied = replaced(applied, "comp", func(v cty.Value) cty.Value { return cty.UnknownVal(v.Type()) })
		}
		if m["legacy"] {
			out.LegacyTypeSystem = true
		}
		out.NewState = applied
		return out
	}
	p.UpgradeResourceStateFn = func(r providers.UpgradeResourceStateRequest) (out providers.UpgradeResourceStateResponse) {
		var stored map[string]json.RawMessage
		json.Unmarshal(r.RawStateJSON, &stored)
		for name := range stored {
			if _, ok := of(r.TypeName).ImpliedType().AttributeTypes()[name]; !ok {
				delete(stored, name)
			}
		}
		current := schema.ResourceTypes[r.TypeName].Version
		if r.Version < current {
			stored["comp"], _ = json.Marshal(fmt.Sprintf("upgraded from %d", r.Version))
		}
		for name := range of(r.TypeName).ImpliedType().AttributeTypes() {
			if _, ok := stored[name]; !ok {
				stored[name] = json.RawMessage("null")
			}
		}
		text, _ := json.Marshal(stored)
		value, err := ctyjson.Unmarshal(text, of(r.TypeName).ImpliedType())
		if err != nil {
			out.Diagnostics = out.Diagnostics.Append(err)
		}
		out.UpgradedState = value
		return out
	}
	p.ReadDataSourceFn = func(r providers.ReadDataSourceRequest) (out providers.ReadDataSourceResponse) {
		if modesOf(r.Config)["fail-read"] {
			out.Diagnostics = problem("Reading failed", "mode")
			return out
		}
		b := schema.DataSources[r.TypeName].Block
		out.State = complete(planBlock(b, r.Config, r.Config, false))
		return out
	}
	p.ImportResourceStateFn = func(r providers.ImportResourceStateRequest) (out providers.ImportResourceStateResponse) {
		if r.ID == "unknown" {
			out.Diagnostics = problem("Importing failed", "")
			return out
		}
		all := of(r.TypeName).EmptyValue().AsValueMap()
		all["id"] = cty.StringVal(r.ID)
		all["name"] = cty.StringVal(strings.TrimPrefix(r.ID, "id-"))
		all["plain"] = cty.StringVal("imported")
		if strings.HasPrefix(r.ID, "id-gone") {
			all["mode"] = cty.StringVal("gone")
		}
		out.ImportedResources = []providers.ImportedResource{{
			TypeName: r.TypeName, State: cty.ObjectVal(all), Private: []byte("imported"),
		}}
		return out
	}
	p.OpenEphemeralResourceFn = func(r providers.OpenEphemeralResourceRequest) (out providers.OpenEphemeralResourceResponse) {
		if modesOf(r.Config)["fail-open"] {
			out.Diagnostics = problem("Opening failed", "mode")
			return out
		}
		b := schema.EphemeralResourceTypes[r.TypeName].Block
		out.Result = complete(planBlock(b, r.Config, r.Config, false))
		return out
	}
	return p, nil
}

func problem(summary, attribute string) tfdiags.Diagnostics {
	path := cty.Path{}
	if attribute != "" {
		path = cty.GetAttrPath(attribute)
	}
	return tfdiags.Diagnostics{}.Append(tfdiags.AttributeValue(tfdiags.Error, summary, "It was asked for.", path))
}

func modesOf(v cty.Value) map[string]bool {
	found := map[string]bool{}
	if v.IsNull() || !v.Type().HasAttribute("mode") {
		return found
	}
	mode := v.GetAttr("mode")
	if mode.IsNull() || !mode.IsKnown() {
		return found
	}
	for _, one := range strings.Split(mode.AsString(), ",") {
		found[one] = true
	}
	return found
}

func replaced(v cty.Value, name string, f func(cty.Value) cty.Value) cty.Value {
	if v.IsNull() || !v.Type().HasAttribute(name) {
		return v
	}
	all := v.AsValueMap()
	all[name] = f(all[name])
	return cty.ObjectVal(all)
}

func planAttributes(schema map[string]*configschema.Attribute, config, v cty.Value, changed bool, into map[string]cty.Value) {
	for name, a := range schema {
		value := v.GetAttr(name)
		given := cty.NullVal(a.ImpliedType())
		if config.IsKnown() && !config.IsNull() {
			given = config.GetAttr(name)
		}
		switch {
		case a.WriteOnly:
			value = cty.NullVal(a.ImpliedType())
		case a.Computed && value.IsNull():
			value = cty.UnknownVal(a.ImpliedType())
		case a.Computed && given.IsNull() && changed && strings.HasPrefix(name, "volatile"):
			value = cty.UnknownVal(a.ImpliedType())
		case a.NestedType != nil:
			value = each(a.NestedType.Nesting, given, value, func(config, v cty.Value) cty.Value {
				inner := map[string]cty.Value{}
				planAttributes(a.NestedType.Attributes, config, v, changed, inner)
				return cty.ObjectVal(inner)
			})
		}
		into[name] = value
	}
}

func planBlock(b *configschema.Block, config, v cty.Value, changed bool) cty.Value {
	if v.IsNull() || !v.IsKnown() {
		return v
	}
	all := map[string]cty.Value{}
	planAttributes(b.Attributes, config, v, changed, all)
	for name, nested := range b.BlockTypes {
		given := cty.NullVal(cty.DynamicPseudoType)
		if config.IsKnown() && !config.IsNull() {
			given = config.GetAttr(name)
		}
		all[name] = each(nested.Nesting, given, v.GetAttr(name), func(config, v cty.Value) cty.Value {
			return planBlock(&nested.Block, config, v, changed)
		})
	}
	return cty.ObjectVal(all)
}

func each(mode configschema.NestingMode, config, v cty.Value, f func(config, v cty.Value) cty.Value) cty.Value {
	if v.IsNull() || !v.IsKnown() {
		return v
	}
	// Elements of collections have no configuration of their own here.
	switch mode {
	case configschema.NestingSingle, configschema.NestingGroup:
		return f(config, v)
	case configschema.NestingMap:
		all := map[string]cty.Value{}
		for key, value := range v.AsValueMap() {
			all[key] = value
			if value.IsKnown() && !value.IsNull() {
				all[key] = f(value, value)
			}
		}
		if len(all) == 0 {
			return v
		}
		if v.Type().IsMapType() {
			return cty.MapVal(all)
		}
		return cty.ObjectVal(all)
	default:
		var all []cty.Value
		for _, value := range v.AsValueSlice() {
			if !value.IsKnown() || value.IsNull() {
				all = append(all, value)
				continue
			}
			all = append(all, f(value, value))
		}
		if len(all) == 0 {
			return v
		}
		if v.Type().IsListType() {
			return cty.ListVal(all)
		}
		if v.Type().IsSetType() {
			return cty.SetVal(all)
		}
		return cty.TupleVal(all)
	}
}

// complete puts a value in place of everything unknown.
func complete(v cty.Value) cty.Value {
	name := ""
	if !v.IsNull() && v.IsKnown() && v.Type().IsObjectType() && v.Type().HasAttribute("name") {
		if n := v.GetAttr("name"); n.IsKnown() && !n.IsNull() {
			name = n.AsString()
		}
	}
	done, _ := cty.Transform(v, func(path cty.Path, v cty.Value) (cty.Value, error) {
		if v.IsKnown() {
			return v, nil
		}
		last := ""
		if len(path) > 0 {
			if step, ok := path[len(path)-1].(cty.GetAttrStep); ok {
				last = step.Name
			}
		}
		return made(v.Type(), last, name), nil
	})
	return done
}

func made(ty cty.Type, attribute, name string) cty.Value {
	switch {
	case ty == cty.String && attribute == "id":
		return cty.StringVal("id-" + name)
	case ty == cty.String:
		return cty.StringVal("made-" + attribute)
	case ty == cty.Number:
		return cty.NumberIntVal(7)
	case ty == cty.Bool:
		return cty.True
	case ty == cty.DynamicPseudoType:
		return cty.StringVal("made")
	case ty.IsListType():
		return cty.ListVal([]cty.Value{made(ty.ElementType(), attribute, name)})
	case ty.IsSetType():
		return cty.SetVal([]cty.Value{made(ty.ElementType(), attribute, name)})
	case ty.IsMapType():
		return cty.MapVal(map[string]cty.Value{"k": made(ty.ElementType(), attribute, name)})
	case ty.IsObjectType():
		all := map[string]cty.Value{}
		for key, ty := range ty.AttributeTypes() {
			all[key] = made(ty, key, name)
		}
		return cty.ObjectVal(all)
	}
	return cty.NullVal(ty)
}
