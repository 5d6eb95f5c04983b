package mx.difusor.agent.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * One mapping of the file, read key by key. What is wrong goes to the problems and reading goes on; a value that is
 * absent or wrong is null or its default, and is never used because a file with problems gives no configuration.
 */
final class Section {

    /** Longest list of anything: events, uploaders, networks, keys. */
    static final int MAX_ITEMS = 1_000;

    /** A value with its key as an operator would name it and the place it stands at. */
    record Placed<T>(T value, String path, Position at) {}

    private final String name;
    private final Position at;
    private final Map<String, Node> values = new LinkedHashMap<>();
    private final Problems problems;

    private Section(String name, Position at, Problems problems) {
        this.name = name;
        this.at = at;
        this.problems = problems;
    }

    static Section root(MappingNode node, Problems problems, String... accepted) {
        return new Section("", Position.START, problems).fill(node, List.of(accepted));
    }

    private Section fill(MappingNode node, List<String> accepted) {
        Map<String, Integer> lines = new LinkedHashMap<>();
        for (NodeTuple tuple : node.getValue()) {
            Position keyAt = Position.of(tuple.getKeyNode());
            if (!(tuple.getKeyNode() instanceof ScalarNode keyNode)) {
                problems.add(keyAt, "not-a-key");
                continue;
            }
            String key = keyNode.getValue();
            Integer before = lines.putIfAbsent(key, keyAt.line());
            if (before != null) {
                problems.add(keyAt, "duplicate-key", path(key), before, keyAt.line());
            } else if (!accepted.contains(key)) {
                unknown(key, keyAt, accepted);
            } else if (!isNothing(tuple.getValueNode())) {
                values.put(key, tuple.getValueNode());
            }
        }
        return this;
    }

    private void unknown(String key, Position keyAt, List<String> accepted) {
        String all = String.join(", ", accepted);
        Optional<String> meant = Nearest.to(key, accepted);
        if (meant.isPresent()) {
            problems.add(keyAt, "unknown-key-similar", path(key), all, meant.get());
        } else {
            problems.add(keyAt, "unknown-key", path(key), all);
        }
    }

    /** {@code key:} with nothing behind it is as good as absent. */
    private static boolean isNothing(Node node) {
        return node instanceof ScalarNode scalar
                && scalar.isPlain()
                && (scalar.getValue().isEmpty()
                        || scalar.getValue().equals("null")
                        || scalar.getValue().equals("~"));
    }

    boolean has(String key) {
        return values.containsKey(key);
    }

    /** {@code key} names nothing: it is absent or {@code []}. */
    boolean isEmptyList(String key) {
        Node node = values.get(key);
        return node == null
                || (node instanceof SequenceNode list && list.getValue().isEmpty());
    }

    /** Where the value of {@code key} stands; this section where there is none. */
    Position at(String key) {
        Node node = values.get(key);
        return node == null ? at : Position.of(node);
    }

    Position at() {
        return at;
    }

    /** The key as an operator would name it: {@code events[1].opens}. */
    String path(String key) {
        return name.isEmpty() ? key : name + "." + key;
    }

    Section section(String key, String... accepted) {
        Node node = values.get(key);
        if (node == null) {
            return new Section(path(key), at, problems);
        }
        return sectionOf(path(key), node, List.of(accepted));
    }

    /** A list of at least one section. */
    List<Section> sections(String key, String... accepted) {
        List<Section> sections = new ArrayList<>();
        Node node = values.get(key);
        if (node == null) {
            missing(key, Phrase.of("accepted.section-list", String.join(", ", accepted)));
        } else if (node instanceof SequenceNode list && !list.getValue().isEmpty()) {
            for (Node item : withinLimit(key, list)) {
                sections.add(sectionOf(path(key) + "[" + sections.size() + "]", item, List.of(accepted)));
            }
        } else {
            problems.add(
                    Position.of(node),
                    "not-a-list",
                    path(key),
                    Phrase.of("accepted.section-list", String.join(", ", accepted)));
        }
        return sections;
    }

    private Section sectionOf(String path, Node node, List<String> accepted) {
        Section section = new Section(path, Position.of(node), problems);
        if (node instanceof MappingNode mapping) {
            return section.fill(mapping, accepted);
        }
        problems.add(Position.of(node), "not-a-section", path, String.join(", ", accepted));
        // What would be missing in it is already said.
        return new Section(path, Position.of(node), new Problems());
    }

    <T> @Nullable T required(String key, Form<T> form) {
        if (!has(key)) {
            missing(key, form.accepted());
            return null;
        }
        return optional(key, form);
    }

    private void missing(String key, Phrase accepted) {
        problems.add(at, "missing-key", path(key), accepted);
    }

    <T> T orDefault(String key, Form<T> form, T otherwise) {
        T value = optional(key, form);
        return value == null ? otherwise : value;
    }

    <T> @Nullable T optional(String key, Form<T> form) {
        Node node = values.get(key);
        return node == null ? null : value(path(key), node, form).orElse(null);
    }

    /** A list of values; a lone value counts as a list of it. */
    <T> List<Placed<T>> list(String key, Form<T> form) {
        Node node = values.get(key);
        List<Placed<T>> items = new ArrayList<>();
        if (node instanceof SequenceNode list) {
            int index = 0;
            for (Node item : withinLimit(key, list)) {
                String itemPath = path(key) + "[" + index++ + "]";
                value(itemPath, item, form)
                        .ifPresent(value -> items.add(new Placed<>(value, itemPath, Position.of(item))));
            }
        } else if (node != null) {
            value(path(key), node, form)
                    .ifPresent(value -> items.add(new Placed<>(value, path(key), Position.of(node))));
        }
        return items;
    }

    private List<Node> withinLimit(String key, SequenceNode list) {
        if (list.getValue().size() <= MAX_ITEMS) {
            return list.getValue();
        }
        problems.add(Position.of(list), "too-many-items", path(key), MAX_ITEMS);
        return List.of();
    }

    private <T> Optional<T> value(String path, Node node, Form<T> form) {
        if (!(node instanceof ScalarNode scalar)) {
            problems.add(Position.of(node), "not-a-value", path, form.accepted());
            return Optional.empty();
        }
        Optional<T> value = form.parse().apply(scalar.getValue());
        if (value.isEmpty() && form.secret()) {
            problems.add(Position.of(node), "bad-secret", path, form.accepted());
        } else if (value.isEmpty()) {
            problems.add(Position.of(node), "bad-value", path, shortened(scalar.getValue()), form.accepted());
        }
        return value;
    }

    /** A message stays a line, whatever stands in the file. */
    private static String shortened(String text) {
        String line = text.replaceAll("\\p{Cntrl}+", " ");
        int most = Form.MAX_TEXT / 2;
        return line.length() <= most ? line : line.substring(0, line.offsetByCodePoints(0, most / 2)) + "…";
    }
}
