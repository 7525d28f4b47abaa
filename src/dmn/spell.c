/* dmn/spell.c - attributes and elements that DMN does not have.
 *
 * `hitpolicy`, `typeref`, `<allowedValue>` are passed over like everything that
 * is not known, and then the table is UNIQUE, the column has no type, every
 * value is allowed.  So what stands in the namespace of DMN is looked up in all
 * names of 1.1 to 1.6, whichever element they belong to; what extends a model
 * has a namespace of its own and is nobody's business here.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "dmn/load.h"

static const char *const attributes[] = {
	"aggregation",
	"associationDirection",
	"expressionLanguage",
	"exporter",
	"exporterVersion",
	"hitPolicy",
	"href",
	"id",
	"importType",
	"isCollection",
	"iteratorVariable",
	"kind",
	"label",
	"locationURI",
	"name",
	"namespace",
	"outputLabel",
	"outputTypeRef",
	"preferredOrientation",
	"schemaLocation",
	"textFormat",
	"typeLanguage",
	"typeRef",
	"uri",
	"URI",
};

static const char *const elements_of_dmn[] = {
	"affectedDomain",
	"allowedAnswers",
	"allowedInValue",
	"allowedValues",
	"annotation",
	"annotationEntry",
	"artifact",
	"association",
	"authorityRequirement",
	"authorityRequirementReference",
	"bindingFormula",
	"binding",
	"businessContextElement",
	"businessKnowledgeModel",
	"calledFunction",
	"childExpression",
	"column",
	"conditional",
	"context",
	"contextEntry",
	"decision",
	"decisionMade",
	"decisionMaker",
	"decisionOwned",
	"decisionOwner",
	"decisionService",
	"decisionTable",
	"defaultOutputEntry",
	"definitions",
	"description",
	"drgElement",
	"elementCollection",
	"else",
	"encapsulatedDecision",
	"encapsulatedLogic",
	"every",
	"expression",
	"extensionElements",
	"filter",
	"for",
	"formalParameter",
	"functionDefinition",
	"functionItem",
	"group",
	"if",
	"impactedPerformanceIndicator",
	"impactingDecision",
	"import",
	"importedElement",
	"importedValues",
	"in",
	"informationItem",
	"informationRequirement",
	"input",
	"inputData",
	"inputDecision",
	"inputEntry",
	"inputExpression",
	"inputValues",
	"inputVariable",
	"invocable",
	"invocation",
	"itemComponent",
	"itemDefinition",
	"knowledgeRequirement",
	"knowledgeSource",
	"list",
	"literalExpression",
	"match",
	"organizationUnit",
	"output",
	"outputDecision",
	"outputEntry",
	"outputValues",
	"owner",
	"parameter",
	"parameters",
	"performanceIndicator",
	"question",
	"relation",
	"requiredAuthority",
	"requiredDecision",
	"requiredInput",
	"requiredKnowledge",
	"return",
	"row",
	"rule",
	"satisfies",
	"some",
	"sourceRef",
	"supportedObjective",
	"targetRef",
	"text",
	"textAnnotation",
	"then",
	"type",
	"typeConstraint",
	"typeRef",
	"unaryTests",
	"usingProcess",
	"usingTask",
	"value",
	"variable",
};

enum { LONGEST = 40 };

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* Letters to put in, take out or change, whatever their case. */
static size_t distance(struct yz_str a, const char *b)
{
	size_t row[LONGEST + 1], n = strlen(b);
	for (size_t k = 0; k <= n; k++)
		row[k] = k;
	for (size_t i = 0; i < a.len; i++) {
		size_t before = row[0];
		row[0] = i + 1;
		for (size_t k = 0; k < n; k++) {
			size_t kept = before + (lower(a.ptr[i]) != lower(b[k]));
			size_t other = (row[k] < row[k + 1] ? row[k] : row[k + 1]) + 1;
			before = row[k + 1];
			row[k + 1] = kept < other ? kept : other;
		}
	}
	return row[n];
}

/* NULL: it is one of the names.  Else the name that is meant, or "". */
static const char *meant(struct yz_str name, const char *const *names, size_t n)
{
	const char *best = "";
	size_t least = name.len < 6 ? 2 : 3; /* less than this */
	for (size_t i = 0; i < n; i++)
		if (yz_str_eqz(name, names[i]))
			return NULL;
	for (size_t i = 0; i < n && name.len <= LONGEST; i++) {
		size_t d = distance(name, names[i]);
		if (d < least) {
			least = d;
			best = names[i];
		}
	}
	return best;
}

static void look_at(struct yz_dload *l, const struct yz_dfile *f, const struct yz_xml *el)
{
	const char *name = meant(el->name, elements_of_dmn, sizeof elements_of_dmn / sizeof *elements_of_dmn);
	if (name)
		yz_ddiag(l, YZ_FEEL_WARNING, f, el, "the element '%.*s' is not known here; it is passed over",
			 YZ_P(el->name))
			->expected = yz_str(name);
	for (size_t i = 0; i < el->nattrs; i++) {
		const struct yz_xml_attr *a = &el->attrs[i];
		name = a->ns.len ? NULL : meant(a->name, attributes, sizeof attributes / sizeof *attributes);
		if (name)
			yz_ddiag(l, YZ_FEEL_WARNING, f, el, "the attribute '%.*s' is not known here; it is passed over",
				 YZ_P(a->name))
				->expected = yz_str(name);
	}
}

static void walk(struct yz_dload *l, const struct yz_dfile *f, const struct yz_xml *el)
{
	if (!yz_dload_is_model_ns(el->ns) || yz_str_eqz(el->name, "extensionElements"))
		return;
	look_at(l, f, el);
	for (size_t i = 0; i < el->n; i++)
		walk(l, f, el->children[i]);
}

void yz_dspell(struct yz_dload *l, const struct yz_dfile *f)
{
	walk(l, f, f->root);
}
