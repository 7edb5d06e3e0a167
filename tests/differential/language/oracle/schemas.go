package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/zclconf/go-cty/cty"

	"github.com/hashicorp/terraform/internal/addrs"
	"github.com/hashicorp/terraform/internal/builtin/providers/terraform"
	fileprovisioner "github.com/hashicorp/terraform/internal/builtin/provisioners/file"
	localexec "github.com/hashicorp/terraform/internal/builtin/provisioners/local-exec"
	remoteexec "github.com/hashicorp/terraform/internal/builtin/provisioners/remote-exec"
	"github.com/hashicorp/terraform/internal/command/jsonprovider"
	"github.com/hashicorp/terraform/internal/configs/configschema"
	"github.com/hashicorp/terraform/internal/providers"
	mock "github.com/hashicorp/terraform/internal/providers/testing"
	"github.com/hashicorp/terraform/internal/provisioners"
)

// schemas are those of all providers but Terraform's own.
type schemas struct {
	providers map[addrs.Provider]*providers.GetProviderSchemaResponse
}

// readSchemas reads what `providers schema -json` prints.
func readSchemas(path string) (*schemas, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var all struct {
		Schemas map[string]*jsonprovider.Provider `json:"provider_schemas"`
	}
	if err := json.Unmarshal(text, &all); err != nil {
		return nil, err
	}
	out := &schemas{map[addrs.Provider]*providers.GetProviderSchemaResponse{}}
	for source, provider := range all.Schemas {
		address, diags := addrs.ParseProviderSourceString(source)
		if diags.HasErrors() {
			return nil, diags.Err()
		}
		if !address.IsBuiltIn() {
			out.providers[address] = converted(provider)
		}
	}
	return out, nil
}

func converted(provider *jsonprovider.Provider) *providers.GetProviderSchemaResponse {
	return &providers.GetProviderSchemaResponse{
		Provider:               schema(provider.Provider),
		ResourceTypes:          all(provider.ResourceSchemas),
		DataSources:            all(provider.DataSourceSchemas),
		EphemeralResourceTypes: all(provider.EphemeralResourceSchemas),
	}
}

func all(schemas map[string]*jsonprovider.Schema) map[string]providers.Schema {
	out := map[string]providers.Schema{}
	for name, one := range schemas {
		out[name] = schema(one)
	}
	return out
}

func schema(schema *jsonprovider.Schema) providers.Schema {
	if schema == nil {
		return providers.Schema{Block: &configschema.Block{}}
	}
	return providers.Schema{Version: int64(schema.Version), Block: block(schema.Block)}
}

func block(block *jsonprovider.Block) *configschema.Block {
	out := &configschema.Block{
		Attributes: map[string]*configschema.Attribute{},
		BlockTypes: map[string]*configschema.NestedBlock{},
	}
	if block == nil {
		return out
	}
	out.Deprecated = block.Deprecated
	for name, one := range block.Attributes {
		out.Attributes[name] = attribute(one)
	}
	for name, one := range block.BlockTypes {
		out.BlockTypes[name] = nested(one)
	}
	return out
}

func nested(one *jsonprovider.BlockType) *configschema.NestedBlock {
	return &configschema.NestedBlock{
		Block:    *block(one.Block),
		Nesting:  nesting(one.NestingMode),
		MinItems: int(one.MinItems),
		MaxItems: int(one.MaxItems),
	}
}

func nesting(mode string) configschema.NestingMode {
	switch mode {
	case "single":
		return configschema.NestingSingle
	case "group":
		return configschema.NestingGroup
	case "list":
		return configschema.NestingList
	case "set":
		return configschema.NestingSet
	case "map":
		return configschema.NestingMap
	}
	panic("no nesting mode: " + mode)
}

func attribute(one *jsonprovider.Attribute) *configschema.Attribute {
	out := &configschema.Attribute{
		Required:   one.Required,
		Optional:   one.Optional,
		Computed:   one.Computed,
		Sensitive:  one.Sensitive,
		Deprecated: one.Deprecated,
		WriteOnly:  one.WriteOnly,
	}
	if one.AttributeNestedType != nil {
		object := &configschema.Object{
			Attributes: map[string]*configschema.Attribute{},
			Nesting:    nesting(one.AttributeNestedType.NestingMode),
		}
		for name, inner := range one.AttributeNestedType.Attributes {
			object.Attributes[name] = attribute(inner)
		}
		out.NestedType = object
		return out
	}
	if err := json.Unmarshal(one.AttributeType, (*ctyType)(&out.Type)); err != nil {
		panic(fmt.Sprintf("no type: %s: %s", one.AttributeType, err))
	}
	return out
}

type ctyType cty.Type

func (t *ctyType) UnmarshalJSON(text []byte) error {
	return (*cty.Type)(t).UnmarshalJSON(text)
}

func (s *schemas) factories() map[addrs.Provider]providers.Factory {
	out := map[addrs.Provider]providers.Factory{
		addrs.NewBuiltInProvider("terraform"): providers.FactoryFixed(terraform.NewProvider()),
	}
	for address, schema := range s.providers {
		out[address] = func() (providers.Interface, error) {
			return &mock.MockProvider{GetProviderSchemaResponse: schema}, nil
		}
	}
	return out
}

func provisionersByName() map[string]provisioners.Factory {
	return map[string]provisioners.Factory{
		"file":        provisioners.FactoryFixed(fileprovisioner.New()),
		"local-exec":  provisioners.FactoryFixed(localexec.New()),
		"remote-exec": provisioners.FactoryFixed(remoteexec.New()),
	}
}
