package mx.difusor.agent.verify;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import mx.difusor.agent.model.ForbiddenNames;
import mx.difusor.agent.model.ForbiddenTypes;
import mx.difusor.agent.model.Kind;

/** Which types of file a package of each kind may bring, by their extensions (contract, "A package", {@code kind}). */
public final class FileTypes {

    private static final Set<String> IMAGES_AND_FONTS = Set.of(
            "svg", "png", "jpg", "jpeg", "gif", "webp", "avif", "ico", "bmp", "woff", "woff2", "ttf", "otf", "eot");

    private static final Set<String> PAGE = Set.of("html", "htm", "css", "js", "mjs");

    /** A site is whole, so it may bring the count's bases too. */
    private static final Set<String> SITE_MORE = Set.of("json", "webmanifest", "map", "csv", "txt", "zip");

    private static final Set<String> DATA = Set.of("json", "csv", "txt", "zip");

    private final Map<Kind, Set<String>> allowed;

    private FileTypes(Map<Kind, Set<String>> allowed) {
        this.allowed = allowed;
    }

    public static FileTypes defaults() {
        return of(Map.of());
    }

    /**
     * @param extensions per kind, without the dot; a kind that is not there keeps its default
     * @throws IllegalArgumentException for an extension that is never allowed in a package of its kind
     */
    public static FileTypes of(Map<Kind, Set<String>> extensions) {
        Map<Kind, Set<String>> allowed = new EnumMap<>(Kind.class);
        for (Kind kind : Kind.values()) {
            Set<String> set = new TreeSet<>();
            for (String extension : extensions.getOrDefault(kind, standard(kind))) {
                String lower = extension.toLowerCase(Locale.ROOT);
                if (ForbiddenTypes.inPackage(kind, lower)) {
                    throw new IllegalArgumentException("files of type " + extension + " are never allowed");
                }
                set.add(lower);
            }
            allowed.put(kind, set);
        }
        return new FileTypes(allowed);
    }

    private static Set<String> standard(Kind kind) {
        Set<String> set = new TreeSet<>();
        switch (kind) {
            case SITE -> {
                set.addAll(PAGE);
                set.addAll(IMAGES_AND_FONTS);
                set.addAll(SITE_MORE);
            }
            case DATA -> set.addAll(DATA);
            case NOTICE -> {
                set.addAll(PAGE);
                set.addAll(IMAGES_AND_FONTS);
            }
        }
        return set;
    }

    /** In alphabetical order, lower case, without the dot. */
    public Set<String> allowed(Kind kind) {
        return Set.copyOf(types(kind));
    }

    private Set<String> types(Kind kind) {
        return allowed.getOrDefault(kind, Set.of());
    }

    /** Why a package of that kind may not bring that file, as the end of a sentence that begins with it. */
    Optional<String> objection(Kind kind, String path) {
        Optional<String> never = ForbiddenNames.objection(kind, path);
        if (never.isPresent()) {
            return never;
        }
        String extension = path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        if (!types(kind).contains(extension)) {
            return Optional.of("has a type that a " + kind.code() + " package may not bring; allowed are "
                    + String.join(", ", types(kind)));
        }
        return Optional.empty();
    }
}
