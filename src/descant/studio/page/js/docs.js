// The API's documentation, made from /openapi.json. All of it becomes text nodes.

import { api } from "./api.js";
import { clear, h } from "./dom.js";

const DEEPEST = 6; // schemas within schemas

/** Paragraphs; what stands between backticks is code. */
function prose(text = "") {
  return text.split(/\n\s*\n/).filter(Boolean).map((one) => h("p", null, marked(one)));
}

function marked(text = "") {
  return text.split("`").map((one, at) => (at % 2 ? h("code", null, one) : one));
}

/** What a schema's values are, in a few words. */
function kind(schema = {}, schemas = {}) {
  if (schema.$ref) {
    const named = found(schema, schemas);
    return named.enum ? kind(named) : schema.$ref.split("/").pop();
  }
  if (schema.enum) return schema.enum.map((one) => JSON.stringify(one)).join(" or ");
  if ("const" in schema) return JSON.stringify(schema.const);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return choices.map((one) => kind(one, schemas)).join(" or ");
  if (schema.prefixItems) return `[${schema.prefixItems.map((one) => kind(one, schemas)).join(", ")}]`;
  if (schema.type === "array") return `list of ${kind(schema.items, schemas)}`;
  if (schema.format === "binary") return "bytes";
  return [schema.type ?? "anything", limits(schema)].filter(Boolean).join(", ");
}

function limits(schema) {
  const { minimum: least, maximum: most, minLength: shortest, maxLength: longest } = schema;
  if (least !== undefined && most !== undefined) return `${least} to ${most}`;
  if (least !== undefined) return `from ${least}`;
  if (most !== undefined) return `to ${most}`;
  if (longest !== undefined) return shortest ? `${shortest} to ${longest} characters` : `to ${longest} characters`;
  return "";
}

function found(schema, schemas) {
  return schema.$ref ? schemas[schema.$ref.split("/").pop()] ?? {} : schema;
}

/** The members of an object, of a list of objects, or of one of several. */
function members(schema = {}, schemas, depth = 0) {
  const own = found(schema, schemas);
  const inner = own.items ?? own.anyOf?.find((one) => one.$ref || one.items);
  if (!own.properties) return inner && depth < DEEPEST ? members(inner, schemas, depth) : null;
  return h("ul", { class: "members" }, Object.entries(own.properties).map(([name, one]) => {
    const line = [
      h("code", null, name), " ", h("span", { class: "kind" }, kind(one, schemas), own.required?.includes(name) ? "" : written(one)),
      one.description ? [": ", marked(one.description)] : null,
    ];
    const more = depth < DEEPEST ? members(one, schemas, depth + 1) : null;
    return h("li", null, more ? h("details", null, h("summary", null, line), more) : line);
  }));
}

function written(schema) {
  return schema.default === undefined || schema.default === null ? "" : ` (${JSON.stringify(schema.default)} where it is not given)`;
}

function parameters(operation, schemas) {
  if (!operation.parameters?.length) return null;
  return [h("h4", null, "Takes"), h("ul", { class: "members" }, operation.parameters.map((one) => h("li", null,
    h("code", null, one.name), " ", h("span", { class: "kind" }, `in the ${one.in}, ${kind(one.schema, schemas)}`, written(one.schema ?? {})),
    one.description ? [": ", marked(one.description)] : null)))];
}

function body(operation, schemas) {
  return Object.entries(operation.requestBody?.content ?? {}).map(([type, one]) => [
    h("h4", null, `Body: ${type}`),
    one.schema?.description ? prose(one.schema.description) : null,
    members(one.schema, schemas) ?? h("p", { class: "note" }, kind(one.schema, schemas)),
  ]);
}

function answers(operation, schemas) {
  return Object.entries(operation.responses).filter(([status]) => status.startsWith("2") || status.startsWith("3")).map(([status, one]) => {
    const content = Object.entries(one.content ?? {});
    return [h("h4", null, `Gives ${status}${content.length ? `: ${content.map(([type]) => type).join(", ")}` : ""}`),
      content.map(([, each]) => members(each.schema, schemas))];
  });
}

function example(method, path, operation) {
  const query = operation.parameters?.filter((one) => one.in === "query" && one.required).map((one) => `${one.name}=...`).join("&");
  const address = `${location.origin}${path}${query ? `?${query}` : ""}`;
  const type = Object.keys(operation.requestBody?.content ?? {})[0];
  const sent = type === "application/json" ? " \\\n  --json '{...}'" : type ? " \\\n  --data-binary @FILE" : "";
  return h("pre", null, h("code", null, `curl -X ${method.toUpperCase()} -H "Authorization: Bearer $TOKEN" "${address}"${sent}`));
}

function section(method, path, operation, schemas) {
  return h("section", { class: "operation", id: operation.operationId },
    h("h3", null, operation.summary, h("code", { class: "address" }, h("b", { class: method }, method.toUpperCase()), ` ${path}`)),
    prose(operation.description), parameters(operation, schemas), body(operation, schemas), answers(operation, schemas), example(method, path, operation));
}

function intro(document) {
  return [h("h1", null, "The API"), prose(document.info.description),
    h("p", null, "Send the header ", h("code", null, "Authorization: Bearer TOKEN"), " with the token of the address that ",
      h("code", null, "descant studio"), " prints. What cannot be done is answered by 4xx or 503 and ", h("code", null, '{"error": "words"}'), "."),
    h("p", { class: "note" }, `Version ${document.info.version}. Made from `, h("a", { href: "/openapi.json" }, "openapi.json"), ".")];
}

function show(document) {
  const schemas = document.components?.schemas ?? {};
  const tags = new Map();
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const tag = operation.tags?.[0] ?? "more";
      tags.set(tag, [...(tags.get(tag) ?? []), [method, path, operation]]);
    }
  }
  const main = clear(window.document.getElementById("main"));
  main.append(...intro(document).flat());
  for (const [tag, operations] of tags) {
    window.document.getElementById("list").append(h("section", null, h("h2", null, tag),
      h("ul", null, operations.map(([, , one]) => h("li", null, h("a", { href: `#${one.operationId}` }, one.summary))))));
    main.append(h("h2", null, tag), ...operations.map(([method, path, one]) => section(method, path, one, schemas)));
  }
  if (location.hash) window.document.getElementById(location.hash.slice(1))?.scrollIntoView();
}

try {
  show(await api.get("/openapi.json"));
} catch (error) {
  document.getElementById("main").append(h("p", { class: "wrong", role: "alert" }, error.message));
} finally {
  document.getElementById("main").setAttribute("aria-busy", "false");
}
