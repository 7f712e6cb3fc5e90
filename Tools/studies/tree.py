"""The tree of a taxonomy's file, as the studies ask about it."""
import pathlib

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
WHOLE_SKY = ROOT / "Config" / "taxonomy.yaml"


class Tree:
    """Parents of the nodes."""

    def __init__(self, path=WHOLE_SKY):
        self.parent = {}
        self._add(yaml.safe_load(pathlib.Path(path).read_text())["nodes"], None)

    def _add(self, nodes, parent):
        for name, node in nodes.items():
            self.parent[name] = parent
            self._add((node or {}).get("children") or {}, name)

    def above(self, node):
        """The nodes above one, the nearest first."""
        while (node := self.parent[node]) is not None:
            yield node

    def level(self, node):
        """The node of the first level above it, or itself."""
        return [node, *self.above(node)][-1]

    def below(self, names):
        """The nodes that stand at or under these."""
        return {node for node in self.parent if not {node, *self.above(node)}.isdisjoint(names)}

    def deepest(self, nodes):
        """Those of some nodes that stand above none of the others, by name."""
        return sorted(set(nodes) - {above for node in nodes for above in self.above(node)})
