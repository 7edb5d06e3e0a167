//! Operators.
//!
//! `&&` and `||` evaluate both operands, as in Terraform 1.11: an error in
//! either is an error of the whole.

use trueup_syntax::{
    Diagnostic,
    ast::{BinaryOp, Expr, ExprKind, UnaryOp},
};
use trueup_value::{
    Kind, Type, Value, convert,
    ops::{self, OpError},
};

use super::Evaluator;
use crate::scope::Scope;

impl Evaluator {
    pub(super) fn unary(
        &mut self,
        expr: &Expr,
        op: UnaryOp,
        operand: &Expr,
        scope: &Scope<'_>,
    ) -> Value {
        let ty = match op {
            UnaryOp::Negate => Type::Number,
            UnaryOp::Not => Type::Bool,
        };
        let errors = self.errors;
        let given = self.eval(operand, scope);
        let side = Side {
            name: "unary",
            expr: operand,
            whole: expr,
        };
        let value = self.operand(&given, &ty, &side, scope);
        if self.errors > errors {
            return Value::unknown(ty);
        }
        let result = match (waits(&[&value]), op) {
            (Ok(true), _) => Ok(not_known(ty.clone()).with_marks(value.marks())),
            (Err(error), _) => Err(error),
            (_, UnaryOp::Negate) => ops::negate(&value),
            (_, UnaryOp::Not) => ops::not(&value),
        };
        self.finish(result, expr, ty, scope)
    }

    /// Evaluates a binary operation; a chain such as `a + b + c` without
    /// recursion.
    pub(super) fn binary(&mut self, expr: &Expr, scope: &Scope<'_>) -> Value {
        let errors = self.errors;
        let mut chain = Vec::new();
        let mut leftmost = expr;
        while let ExprKind::Binary(op, left, right) = &leftmost.kind {
            chain.push((leftmost, *op, left.as_ref(), right.as_ref()));
            leftmost = left;
        }
        let mut value = self.eval(leftmost, scope);
        for (whole, op, left, right) in chain.into_iter().rev() {
            let other = self.eval(right, scope);
            value = self.apply(whole, op, [left, right], [&value, &other], errors, scope);
        }
        value
    }

    /// Applies `op`; if there are more errors than `errors` by now, only as
    /// far as to find out whether the operands fit.
    fn apply(
        &mut self,
        whole: &Expr,
        op: BinaryOp,
        exprs: [&Expr; 2],
        given: [&Value; 2],
        errors: usize,
        scope: &Scope<'_>,
    ) -> Value {
        let (operand, result) = signature(op);
        let side = |name, expr| Side { name, expr, whole };
        let left = self.operand(given[0], &operand, &side("left", exprs[0]), scope);
        let right = self.operand(given[1], &operand, &side("right", exprs[1]), scope);
        if self.errors > errors {
            return Value::unknown(result);
        }
        self.finish(calculate(op, &left, &right), whole, result, scope)
    }

    fn operand(&mut self, value: &Value, ty: &Type, side: &Side<'_>, scope: &Scope<'_>) -> Value {
        match convert::convert(value, ty) {
            Ok(value) => value,
            Err(error) => {
                let detail = format!("Unsuitable value for {} operand: {error}.", side.name);
                let diagnostic = Diagnostic::error("Invalid operand", detail, side.expr.span)
                    .within(side.whole.span)
                    .hints(side.joins(value).then(|| JOIN.to_owned()));
                self.fail(diagnostic, side.expr, scope);
                Value::dynamic()
            }
        }
    }

    fn finish(
        &mut self,
        result: Result<Value, OpError>,
        whole: &Expr,
        ty: Type,
        scope: &Scope<'_>,
    ) -> Value {
        match result {
            Ok(value) => value,
            Err(error) => {
                let detail = format!("Error during operation: {error}.");
                let diagnostic = Diagnostic::error("Operation failed", detail, whole.span);
                self.fail(diagnostic, whole, scope);
                Value::unknown(ty)
            }
        }
    }
}

/// An operand of an operation, for messages.
struct Side<'a> {
    name: &'static str,
    expr: &'a Expr,
    whole: &'a Expr,
}

const JOIN: &str = "texts are joined in a template: \"${first}${second}\"";

impl Side<'_> {
    /// Whether a text is to be added to.
    fn joins(&self, value: &Value) -> bool {
        let is_sum = matches!(self.whole.kind, ExprKind::Binary(BinaryOp::Add, ..));
        is_sum && self.name == "left" && value.kind() == Kind::String
    }
}

/// The types of the operands and of the result.
fn signature(op: BinaryOp) -> (Type, Type) {
    match op {
        BinaryOp::Or | BinaryOp::And => (Type::Bool, Type::Bool),
        BinaryOp::Equal | BinaryOp::NotEqual => (Type::Dynamic, Type::Bool),
        BinaryOp::Greater | BinaryOp::GreaterOrEqual | BinaryOp::Less | BinaryOp::LessOrEqual => {
            (Type::Number, Type::Bool)
        }
        BinaryOp::Add
        | BinaryOp::Subtract
        | BinaryOp::Multiply
        | BinaryOp::Divide
        | BinaryOp::Modulo => (Type::Number, Type::Number),
    }
}

fn calculate(op: BinaryOp, left: &Value, right: &Value) -> Result<Value, OpError> {
    if !compares(op) && waits(&[left, right])? {
        let marks = left.marks() | right.marks();
        return Ok(not_known(signature(op).1).with_marks(marks));
    }
    match op {
        BinaryOp::Or => ops::or(left, right),
        BinaryOp::And => ops::and(left, right),
        BinaryOp::Equal => ops::equals(left, right),
        BinaryOp::NotEqual => ops::not_equals(left, right),
        BinaryOp::Greater => ops::greater_than(left, right),
        BinaryOp::GreaterOrEqual => ops::greater_than_or_equal(left, right),
        BinaryOp::Less => ops::less_than(left, right),
        BinaryOp::LessOrEqual => ops::less_than_or_equal(left, right),
        BinaryOp::Add => ops::add(left, right),
        BinaryOp::Subtract => ops::subtract(left, right),
        BinaryOp::Multiply => ops::multiply(left, right),
        BinaryOp::Divide => ops::divide(left, right),
        BinaryOp::Modulo => ops::modulo(left, right),
    }
}

fn compares(op: BinaryOp) -> bool {
    let (operand, result) = signature(op);
    operand != result
}

/// Whether an operand is unknown. Where the language looks no further, the
/// result is unknown whatever the rest: `true || unknown` is.
fn waits(operands: &[&Value]) -> Result<bool, OpError> {
    if operands.iter().any(|operand| operand.is_null()) {
        return Err(OpError::Null);
    }
    Ok(operands.iter().any(|operand| !operand.is_known()))
}

fn not_known(ty: Type) -> Value {
    Value::unknown(ty).refine_not_null()
}
