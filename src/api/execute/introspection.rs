//! Writing what is asked of the schema itself.

use apollo_compiler::Name;
use apollo_compiler::Schema;
use apollo_compiler::ast::{DirectiveList, Type};
use apollo_compiler::collections::HashMap;
use apollo_compiler::schema::{
    DirectiveDefinition, EnumValueDefinition, ExtendedType, FieldDefinition, Implementers,
    InputValueDefinition,
};
use apollo_compiler::validation::Valid;
use serde_json::Value;

use super::{Executor, Written};
use crate::api::error::{Code, RequestError};
use crate::api::introspection::{Asked, Field, Selection, Step};

/// The schema, as it is told.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) schema: Valid<Schema>,
    /// What implements each interface.
    implementers: HashMap<Name, Implementers>,
}

impl Told {
    pub(crate) fn new(schema: Valid<Schema>) -> Self {
        Self {
            implementers: schema.implementers_map(),
            schema,
        }
    }
}

/// A type as a field, an argument or a list names it.
#[derive(Clone, Copy)]
enum Of<'a> {
    Named(&'a Name),
    NonNullNamed(&'a Name),
    List(&'a Type),
    NonNullList(&'a Type),
}

impl<'a> From<&'a Type> for Of<'a> {
    fn from(written: &'a Type) -> Self {
        match written {
            Type::Named(name) => Self::Named(name),
            Type::NonNullNamed(name) => Self::NonNullNamed(name),
            Type::List(item) => Self::List(item),
            Type::NonNullList(item) => Self::NonNullList(item),
        }
    }
}

impl<'a> Executor<'a> {
    /// What is asked of the schema under one response key.
    pub(super) fn introspected(&mut self, slot: usize) -> Written {
        let plan = self.plan;
        match plan.introspections.get(slot) {
            Some(Asked::Schema(selection)) => self.schema(selection),
            Some(Asked::Type(name, selection)) => {
                let name = self.introspected.get(*name).and_then(Value::as_str);
                self.type_named(name.unwrap_or_default(), selection)
            }
            None => self.null(),
        }
    }

    /// Writes one thing of the schema: its braces, the keys, and for each field what `each` writes.
    fn thing(
        &mut self,
        selection: &'a Selection,
        mut each: impl FnMut(&mut Self, &'a Step) -> Written,
    ) -> Written {
        if selection.steps.is_empty() {
            self.out.push(b'{');
        }
        for step in &selection.steps {
            self.out.extend_from_slice(&step.key);
            match step.field {
                Field::Typename => self.text(&selection.of)?,
                _ => each(self, step)?,
            }
        }
        self.out.push(b'}');
        Ok(())
    }

    fn schema(&mut self, selection: &'a Selection) -> Written {
        let schema = &self.surroundings.told.schema;
        let definition = &schema.schema_definition;
        self.thing(selection, |this, step| match step.field {
            Field::Description => this.optional_text(definition.description.as_deref()),
            Field::Types => this.list(schema.types.values(), |this, found| {
                this.type_definition(found, &step.selection)
            }),
            Field::QueryType => this.root_type(definition.query.as_deref(), step),
            Field::MutationType => this.root_type(definition.mutation.as_deref(), step),
            Field::SubscriptionType => this.root_type(definition.subscription.as_deref(), step),
            Field::Directives => {
                let all = schema.directive_definitions.values().map(|found| &**found);
                let found = current(all, this.with_deprecated(step), |found| &found.directives);
                this.list(found, |this, found| this.directive(found, &step.selection))
            }
            _ => this.unheard_of(step),
        })
    }

    fn root_type(&mut self, name: Option<&'a Name>, step: &'a Step) -> Written {
        match name {
            Some(name) => self.type_named(name, &step.selection),
            None => self.null(),
        }
    }

    /// The type of a name, or null.
    fn type_named(&mut self, name: &str, selection: &'a Selection) -> Written {
        match self.surroundings.told.schema.types.get(name) {
            Some(found) => self.type_definition(found, selection),
            None => self.null(),
        }
    }

    fn names(&mut self, names: impl Iterator<Item = &'a Name>, step: &'a Step) -> Written {
        let types = &self.surroundings.told.schema.types;
        let found = names.filter_map(|name| types.get(name));
        self.list(found, |this, found| {
            this.type_definition(found, &step.selection)
        })
    }

    fn type_definition(&mut self, found: &'a ExtendedType, selection: &'a Selection) -> Written {
        self.thing(selection, |this, step| match (step.field, found) {
            (Field::Kind, _) => this.text(match found {
                ExtendedType::Scalar(_) => "SCALAR",
                ExtendedType::Object(_) => "OBJECT",
                ExtendedType::Interface(_) => "INTERFACE",
                ExtendedType::Union(_) => "UNION",
                ExtendedType::Enum(_) => "ENUM",
                ExtendedType::InputObject(_) => "INPUT_OBJECT",
            }),
            (Field::Name, _) => this.text(found.name()),
            (Field::Description, _) => {
                this.optional_text(found.description().map(|words| words.as_str()))
            }
            (Field::Fields, ExtendedType::Object(object)) => {
                this.fields(object.fields.values().map(|field| &**field), step)
            }
            (Field::Fields, ExtendedType::Interface(interface)) => {
                this.fields(interface.fields.values().map(|field| &**field), step)
            }
            (Field::Interfaces, ExtendedType::Object(object)) => this.names(
                object.implements_interfaces.iter().map(|name| &**name),
                step,
            ),
            (Field::Interfaces, ExtendedType::Interface(interface)) => this.names(
                interface.implements_interfaces.iter().map(|name| &**name),
                step,
            ),
            (Field::PossibleTypes, ExtendedType::Interface(interface)) => {
                let all = this.surroundings.told.implementers.get(&interface.name);
                this.names(all.into_iter().flat_map(|all| &all.objects), step)
            }
            (Field::PossibleTypes, ExtendedType::Union(union)) => {
                this.names(union.members.iter().map(|name| &**name), step)
            }
            (Field::EnumValues, ExtendedType::Enum(values)) => {
                let all = values.values.values().map(|value| &**value);
                let current = current(all, this.with_deprecated(step), |value| &value.directives);
                this.list(current, |this, value| {
                    this.enum_value(value, &step.selection)
                })
            }
            (Field::InputFields, ExtendedType::InputObject(input)) => {
                let all = input.fields.values().map(|field| &**field);
                this.input_values(all, step)
            }
            (Field::SpecifiedByUrl, ExtendedType::Scalar(scalar)) => {
                let directive = scalar.directives.get("specifiedBy");
                let url = directive.and_then(|found| found.specified_argument_by_name("url"));
                this.optional_text(url.and_then(|url| url.as_str()))
            }
            (Field::IsOneOf, ExtendedType::InputObject(input)) => this.boolean(input.is_one_of()),
            // What its kind of types does not have.
            _ => this.null(),
        })
    }

    fn type_of(&mut self, of: Of<'a>, selection: &'a Selection) -> Written {
        if let Of::Named(name) = of {
            return self.type_named(name, selection);
        }
        self.thing(selection, |this, step| match (step.field, of) {
            (Field::Kind, Of::List(_)) => this.text("LIST"),
            (Field::Kind, _) => this.text("NON_NULL"),
            (Field::OfType, Of::List(item)) => this.type_of(item.into(), &step.selection),
            (Field::OfType, Of::NonNullList(item)) => this.type_of(Of::List(item), &step.selection),
            (Field::OfType, Of::NonNullNamed(name) | Of::Named(name)) => {
                this.type_named(name, &step.selection)
            }
            _ => this.null(),
        })
    }

    fn fields(
        &mut self,
        all: impl Iterator<Item = &'a FieldDefinition>,
        step: &'a Step,
    ) -> Written {
        let current = current(all, self.with_deprecated(step), |field| &field.directives);
        self.list(current, |this, field| {
            this.thing(&step.selection, |this, step| match step.field {
                Field::Name => this.text(&field.name),
                Field::Description => this.optional_text(field.description.as_deref()),
                Field::Args => {
                    this.input_values(field.arguments.iter().map(|argument| &**argument), step)
                }
                Field::Type => this.type_of((&field.ty).into(), &step.selection),
                _ => this.deprecation(&field.directives, step),
            })
        })
    }

    fn input_values(
        &mut self,
        all: impl Iterator<Item = &'a InputValueDefinition>,
        step: &'a Step,
    ) -> Written {
        let current = current(all, self.with_deprecated(step), |value| &value.directives);
        self.list(current, |this, value| {
            this.thing(&step.selection, |this, step| match step.field {
                Field::Name => this.text(&value.name),
                Field::Description => this.optional_text(value.description.as_deref()),
                Field::Type => this.type_of((&*value.ty).into(), &step.selection),
                Field::DefaultValue => {
                    let written = value.default_value.as_ref();
                    let written = written.map(|value| value.serialize().no_indent().to_string());
                    this.optional_text(written.as_deref())
                }
                _ => this.deprecation(&value.directives, step),
            })
        })
    }

    fn enum_value(&mut self, value: &'a EnumValueDefinition, selection: &'a Selection) -> Written {
        self.thing(selection, |this, step| match step.field {
            Field::Name => this.text(&value.value),
            Field::Description => this.optional_text(value.description.as_deref()),
            _ => this.deprecation(&value.directives, step),
        })
    }

    fn directive(&mut self, found: &'a DirectiveDefinition, selection: &'a Selection) -> Written {
        self.thing(selection, |this, step| match step.field {
            Field::Name => this.text(&found.name),
            Field::Description => this.optional_text(found.description.as_deref()),
            Field::Args => {
                this.input_values(found.arguments.iter().map(|argument| &**argument), step)
            }
            Field::Locations => this.list(found.locations.iter(), |this, place| {
                this.text(place.name())
            }),
            Field::IsRepeatable => this.boolean(found.repeatable),
            _ => this.deprecation(&found.directives, step),
        })
    }

    /// What all have that may be deprecated.
    fn deprecation(&mut self, directives: &DirectiveList, step: &Step) -> Written {
        let deprecated = directives.get("deprecated");
        match step.field {
            Field::IsDeprecated => self.boolean(deprecated.is_some()),
            Field::DeprecationReason => {
                let schema = &self.surroundings.told.schema;
                let reason = deprecated
                    .and_then(|found| found.argument_by_name("reason", schema).ok()?.as_str());
                self.optional_text(reason)
            }
            _ => self.unheard_of(step),
        }
    }

    /// Whether what is deprecated is wanted as well.
    fn with_deprecated(&self, step: &Step) -> bool {
        let given = step.deprecated.and_then(|slot| self.introspected.get(slot));
        given.and_then(Value::as_bool).unwrap_or(false)
    }

    /// The error of a field that validation does not let pass.
    fn unheard_of(&self, step: &Step) -> Written {
        let message = format!("the schema has no {:?} here", step.field);
        Err(RequestError::new(Code::Internal, message))
    }
}

/// Those that are not deprecated, or all.
fn current<'a, T: 'a>(
    all: impl Iterator<Item = &'a T>,
    with_deprecated: bool,
    directives: impl Fn(&'a T) -> &'a DirectiveList,
) -> impl Iterator<Item = &'a T> {
    all.filter(move |found| with_deprecated || directives(found).get("deprecated").is_none())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    use apollo_compiler::ExecutableDocument;
    use apollo_compiler::introspection::partial_execute;
    use apollo_compiler::response::JsonMap;
    use serde_json::json;

    use crate::api::compile::Compiler;
    use crate::api::definition::Definitions;
    use crate::api::execute::Surroundings;
    use crate::graph::walk::Budget;
    use crate::model::ontology::Ontology;

    /// What the generated schema has none of: what is deprecated, lists of lists, an interface of an interface.
    const PECULIAR: &str = r#"
        "a \"schema\"" schema { query: Root }
        type Root implements Narrow & Wide {
            old(a: [[Int!]!]! = [[1]], b: One @deprecated(reason: "no"), c: Kind = NEW): Kind @deprecated
            new: [[Both!]]!
            moment: Moment
        }
        interface Wide { new: [[Both!]]! }
        interface Narrow implements Wide { new: [[Both!]]! old: Kind @deprecated(reason: "for \"new\"") }
        enum Kind { NEW OLD @deprecated }
        input One @oneOf { this: Int that: Other }
        input Other { here: String = "x\ny" there: Float = 1.5 @deprecated }
        union Both = Root | Else
        type Else { kind: Kind }
        scalar Moment @specifiedBy(url: "https://example.org")
        directive @mark(how: Int @deprecated(reason: "so")) repeatable on FIELD | QUERY
    "#;

    #[test]
    fn peculiar_schemas_are_told_as_apollo_compiler_tells_them() {
        let schema = Schema::parse_and_validate(PECULIAR, "schema").unwrap();
        let told = Told::new(schema);
        let surroundings = Surroundings {
            ontology: None,
            subgraph: None,
            store: Store::in_memory(std::sync::Arc::default()),
            most_bytes: usize::MAX,
            unsent: crate::api::unsent::Unsent::new(0),
            told,
        };
        let told = &surroundings.told;
        let (definitions, ontology) = (Definitions::default(), Ontology::default());
        for with in [
            "",
            "(includeDeprecated: true)",
            "(includeDeprecated: false)",
        ] {
            let value = format!(
                "args{with} {{ name description type {{ ...Of }} defaultValue isDeprecated deprecationReason }}"
            );
            let query = format!(
                "{{ __schema {{
                    description queryType {{ name }} mutationType {{ name }}
                    directives {{ name isRepeatable locations {value} }}
                    types {{
                        ...Of description specifiedByURL isOneOf possibleTypes {{ name }} interfaces {{ name }}
                        fields{with} {{ name {value} type {{ ...Of }} isDeprecated deprecationReason }}
                        enumValues{with} {{ name isDeprecated deprecationReason }}
                        inputFields: {input}
                    }}
                }} }}
                fragment Of on __Type {{ kind name ofType {{ kind name ofType {{ kind ofType {{ kind ofType {{ name }} }} }} }} }}",
                input = value.replacen("args", "inputFields", 1),
            );
            let document =
                ExecutableDocument::parse_and_validate(&told.schema, &query, "query").unwrap();
            let operation = document.operations.get(None).unwrap();
            let conditions = std::collections::HashMap::new();
            let plan = Compiler::new(&definitions, &ontology, &document, &conditions)
                .compile(operation)
                .unwrap();
            let values: Vec<Value> = plan
                .introspected
                .iter()
                .map(|(_, given)| given.value(&|_| None).unwrap_or_default())
                .collect();
            let budget = Budget::new(u64::MAX);
            let mut executor = Executor::new(&plan, &[], &values, &surroundings, budget);
            executor.introspected(0).unwrap();

            let none = Valid::assume_valid(JsonMap::new());
            let expected = partial_execute(
                &told.schema,
                &told.implementers,
                &document,
                operation,
                &none,
            );
            let expected = expected.unwrap().data.unwrap();
            assert_eq!(
                format!(
                    "{{\"__schema\":{}}}",
                    String::from_utf8(executor.out).unwrap()
                ),
                json!(expected).to_string(),
                "{with}"
            );
        }
    }
}
