// Put into Terraform's package command, whose parts are not exported.

package command

import (
	"bytes"
	"context"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/hashicorp/terraform/internal/addrs"
	"github.com/hashicorp/terraform/internal/command/workdir"
	"github.com/hashicorp/terraform/internal/configs"
	"github.com/hashicorp/terraform/internal/initwd"
	"github.com/hashicorp/terraform/internal/lang"
	"github.com/hashicorp/terraform/internal/providers"
	"github.com/hashicorp/terraform/internal/provisioners"
	"github.com/hashicorp/terraform/internal/states"
	"github.com/hashicorp/terraform/internal/terraform"
	"github.com/hashicorp/terraform/internal/tfdiags"
)

// Oracle asks commands in the current folder.
type Oracle struct {
	meta *Meta
}

func NewOracle(p map[addrs.Provider]providers.Factory, s map[string]provisioners.Factory) *Oracle {
	return &Oracle{&Meta{
		WorkingDir:       workdir.NewDir("."),
		testingOverrides: &testingOverrides{Providers: p, Provisioners: s},
	}}
}

func (o *Oracle) Sources() map[string][]byte { return o.meta.configSources() }

// Install writes down where the called modules are, as init does.
func (o *Oracle) Install() tfdiags.Diagnostics {
	_, diags := o.meta.installModules(context.Background(), ".", "tests", false, false, initwd.ModuleInstallHooksImpl{})
	if !diags.HasErrors() {
		o.meta.configLoader = nil // it knows only the modules of before
	}
	return diags
}

func (o *Oracle) Validate() tfdiags.Diagnostics {
	c := &ValidateCommand{Meta: *o.meta}
	diags := c.validate(".", "tests", true)
	*o.meta = c.Meta
	return diags
}

// Fmt formats a text as `fmt -` does.
func (o *Oracle) Fmt(src []byte) ([]byte, hcl.Diagnostics) {
	_, diags := hclsyntax.ParseConfig(src, "<stdin>", hcl.Pos{Line: 1, Column: 1})
	if diags.HasErrors() {
		return nil, diags
	}
	var c FmtCommand
	return bytes.Clone(c.formatSourceCode(src, "<stdin>")), nil
}

// Scope is what the console evaluates in.
func (o *Oracle) Scope(files map[string]string, vars map[string]string) (*lang.Scope, tfdiags.Diagnostics) {
	config, diags := o.meta.loadConfig(".")
	if diags.HasErrors() {
		return nil, diags
	}
	inputs, more := o.variables(config, vars)
	diags = diags.Append(more)
	opts, err := o.meta.contextOpts()
	if err != nil {
		return nil, diags.Append(err)
	}
	ctx, more := terraform.NewContext(opts)
	diags = diags.Append(more)
	if diags.HasErrors() {
		return nil, diags
	}
	scope, more := ctx.Eval(config, states.NewState(), addrs.RootModuleInstance, &terraform.EvalOpts{SetVariables: inputs})
	if scope != nil {
		scope.ConsoleMode = true
	}
	return scope, diags.Append(more)
}

func (o *Oracle) variables(config *configs.Config, vars map[string]string) (terraform.InputValues, tfdiags.Diagnostics) {
	var diags tfdiags.Diagnostics
	values := terraform.InputValues{}
	for name, variable := range config.Module.Variables {
		text, given := vars[name]
		if !given {
			value := cty.NilVal // the default
			if variable.Required() {
				value = cty.UnknownVal(variable.Type)
			}
			values[name] = &terraform.InputValue{Value: value, SourceType: terraform.ValueFromConfig}
			continue
		}
		value, more := variable.ParsingMode.Parse(name, text)
		diags = diags.Append(more)
		values[name] = &terraform.InputValue{Value: value, SourceType: terraform.ValueFromCLIArg}
	}
	return values, diags
}
