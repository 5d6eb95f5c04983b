package mx.difusor.agent.config;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import mx.difusor.agent.config.Section.Placed;
import mx.difusor.agent.model.Kind;

/** {@code files}: the file types allowed in each kind of package, for the kinds that are named. */
final class FileTypes {

    private FileTypes() {}

    static Map<Kind, List<String>> read(Section root, Problems problems) {
        String[] kinds = Arrays.stream(Kind.values()).map(Kind::code).toArray(String[]::new);
        Section section = root.section("files", kinds);
        Map<Kind, List<String>> types = new EnumMap<>(Kind.class);
        for (Kind kind : Kind.values()) {
            Form<String> form = Form.fileType(kind);
            if (section.isEmptyList(kind.code()) && section.has(kind.code())) {
                problems.add(section.at(kind.code()), "empty-list", section.path(kind.code()), form.accepted());
            }
            if (section.has(kind.code())) {
                types.put(
                        kind,
                        section.list(kind.code(), form).stream()
                                .map(Placed::value)
                                .distinct()
                                .toList());
            }
        }
        return types;
    }
}
