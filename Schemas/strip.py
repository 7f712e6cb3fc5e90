#!/usr/bin/env python3
"""Makes the files of this folder from the surveys' published schemas.

    strip.py ALERT.avsc OUT.avsc

reads the schema with all files beside it that it names, puts each named type in the place of its first use, and
leaves out the doc texts. Names, types, defaults, logical types and all other attributes stay, in their order.
"""
import json
import pathlib
import sys

PRIMITIVES = {"null", "boolean", "int", "long", "float", "double", "bytes", "string"}


def full_name(schema, namespace):
    name = schema["name"]
    return name if "." in name else ".".join(filter(None, [schema.get("namespace", namespace), name]))


class Resolver:
    def __init__(self, folder):
        self.known = {}
        for path in sorted(folder.glob("*.avsc")):
            schema = json.loads(path.read_text())
            self.known[full_name(schema, "")] = schema
        self.used = set()

    def resolve(self, schema, namespace):
        if isinstance(schema, list):
            return [self.resolve(branch, namespace) for branch in schema]
        if isinstance(schema, str):
            if schema in PRIMITIVES:
                return schema
            name = schema if "." in schema else f"{namespace}.{schema}"
            if name in self.used or name not in self.known:
                return name
            return self.resolve(self.known[name], namespace)
        out = {}
        if schema["type"] in ("record", "enum", "fixed"):
            name = full_name(schema, namespace)
            self.used.add(name)
            namespace = name.rpartition(".")[0]
        for key, value in schema.items():
            if key == "doc":
                continue
            if key == "fields":
                value = [self.field(field, namespace) for field in value]
            elif key in ("items", "values") or (key == "type" and not isinstance(value, str)):
                value = self.resolve(value, namespace)
            out[key] = value
        return out

    def field(self, field, namespace):
        return {
            key: self.resolve(value, namespace) if key == "type" else value
            for key, value in field.items()
            if key != "doc"
        }


def text(schema, indent=""):
    """JSON with one field a line, so that a change of a schema reads well."""
    if isinstance(schema, dict) and "fields" in schema:
        inner = indent + "  "
        head = "".join(f"{inner}{json.dumps(k)}: {json.dumps(v)},\n" for k, v in schema.items() if k != "fields")
        fields = ",\n".join(f"{inner}  {text(field, inner + '  ')}" for field in schema["fields"])
        return f"{{\n{head}{inner}\"fields\": [\n{fields}\n{inner}]\n{indent}}}"
    if isinstance(schema, dict):
        return "{" + ", ".join(f"{json.dumps(k)}: {text(v, indent)}" for k, v in schema.items()) + "}"
    if isinstance(schema, list):
        return "[" + ", ".join(text(v, indent) for v in schema) + "]"
    return json.dumps(schema)


def main(source, target):
    path = pathlib.Path(source)
    resolver = Resolver(path.parent)
    schema = json.loads(path.read_text())
    pathlib.Path(target).write_text(text(resolver.resolve(schema, "")) + "\n")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
