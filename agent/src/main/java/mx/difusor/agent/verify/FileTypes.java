package mx.difusor.agent.verify;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
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

    /** Folders that servers treat specially. */
    private static final Set<String> NEVER_FOLDERS = Set.of(
            "cgi-bin",
            "web-inf",
            "meta-inf",
            "app_browsers",
            "app_code",
            "app_data",
            "app_globalresources",
            "app_localresources",
            "app_webreferences",
            "bin");

    /** While it stands at a site's root, IIS answers every request for ASP.NET with it and nothing else. */
    private static final String TAKES_A_SITE_DOWN = "app_offline.htm";

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
        String[] segments = path.toLowerCase(Locale.ROOT).split("/", -1);
        String name = segments[segments.length - 1];
        for (String segment : segments) {
            if (segment.startsWith(".")) {
                return Optional.of("is hidden by a leading dot, as server configuration is");
            }
        }
        for (int i = 0; i < segments.length - 1; i++) {
            if (NEVER_FOLDERS.contains(segments[i])) {
                return Optional.of("lies in a folder that web servers treat specially");
            }
        }
        if (segments.length == 1 && name.equals(TAKES_A_SITE_DOWN)) {
            return Optional.of("is server configuration: IIS takes a site down while it is there");
        }
        String[] parts = name.split("\\.", -1);
        for (int i = 1; i < parts.length; i++) {
            boolean last = i == parts.length - 1;
            if (last ? ForbiddenTypes.atTheEnd(parts[i]) : ForbiddenTypes.anywhere(parts[i])) {
                return Optional.of("is a script that a server would run, a program or server configuration");
            }
        }
        if (parts.length < 2) {
            return Optional.of("has no extension");
        }
        if (kind == Kind.DATA && ForbiddenTypes.isImage(parts[parts.length - 1])) {
            return Optional.of("is an image, which no data package may bring");
        }
        if (!types(kind).contains(parts[parts.length - 1])) {
            return Optional.of("has a type that a " + kind.code() + " package may not bring; allowed are "
                    + String.join(", ", types(kind)));
        }
        return Optional.empty();
    }
}
