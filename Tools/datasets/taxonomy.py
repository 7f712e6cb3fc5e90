"""Config/taxonomy.yaml: the tree of classes, and which node a label of a folder trains."""

import yaml

NOTHING = "nothing"


class TaxonomyError(Exception):
    """Names what is wrong in the file, or the label that it does not know."""


class Taxonomy:
    """The tree as `parent` (None at the first level) of each node, in the file's order, and the labels."""

    def __init__(self, path):
        self.path = path
        document = yaml.safe_load(path.read_text())
        self.parent = {}
        self.meaning = {}
        self.by_association = set()
        self.events = set()  # nodes of what brightens once
        self._add(document["nodes"], None, False)
        self.labels = document["labels"]
        self.subclasses = document.get("subclasses", {})
        for folder, classes in self.labels.items():
            for name, node in classes.items():
                self._check(node, f"labels: {folder}: {name}")
        for folder, classes in self.subclasses.items():
            for name, finer in classes.items():
                for subclass, node in finer.items():
                    where = f"subclasses: {folder}: {name}: {subclass}"
                    self._check(node, where)
                    if self.labels[folder][name] not in self.path_to(node):
                        raise TaxonomyError(f"{path}: {where}: {node} is not below {self.labels[folder][name]}")

    def _add(self, nodes, parent, is_event):
        for name, node in nodes.items():
            if name in self.parent:
                raise TaxonomyError(f"{self.path}: the node '{name}' stands twice")
            self.parent[name] = parent
            self.meaning[name] = node["meaning"]
            if node.get("decided") == "association":
                self.by_association.add(name)
            # What a node does not say is as its parent has it.
            is_own = (node.get("draws") or {}).get("transient", is_event)
            if is_own:
                self.events.add(name)
            self._add(node.get("children") or {}, name, is_own)

    def _check(self, node, where):
        if node != NOTHING and (node not in self.parent or node in self.by_association):
            raise TaxonomyError(f"{self.path}: {where}: '{node}' is no node that can be trained")

    def path_to(self, node):
        """The node and all above it, the node first."""
        path = []
        while node is not None:
            path.append(node)
            node = self.parent[node]
        return path

    def node(self, folder, name, subclass=""):
        """The node that a label trains; empty where it trains nothing."""
        try:
            node = self.labels[folder][name]
        except KeyError:
            raise TaxonomyError(
                f"{self.path}: no node for class '{name}' of folder '{folder}': add it to 'labels', "
                f"as '{NOTHING}' if it is to train nothing"
            ) from None
        node = self.subclasses.get(folder, {}).get(name, {}).get(subclass, node)
        return "" if node == NOTHING else node

    def are_compatible(self, one, other):
        """Whether two labels can be of one object: the same node, or one above the other. Empty fits anything."""
        return not one or not other or one in self.path_to(other) or other in self.path_to(one)

    def common(self, nodes):
        """The lowest node that is above all of these, or one of them; empty where they share none."""
        paths = [self.path_to(node) for node in nodes]
        return next((node for node in paths[0] if all(node in path for path in paths)), "")
