package mx.difusor.agent.model;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be served: a pure function of the accepted packages of one event (contract, "A package"), whatever
 * order they arrived in. Immutable.
 */
public final class Tree {

    /** As the UTF-8 bytes are ordered: UTF-16 has the characters beyond U+FFFF before some that are within. */
    static final Comparator<String> BY_UTF8_BYTES = Tree::compareCodePoints;

    private final SharedMap<String, TreeFile> files;
    private volatile @Nullable Digest digest;

    Tree(SharedMap<String, TreeFile> files) {
        this.files = files;
    }

    /** A tree of exactly these files. */
    public static Tree of(Collection<TreeFile> files) {
        SharedMap<String, TreeFile> map = SharedMap.empty(BY_UTF8_BYTES);
        for (TreeFile file : files) {
            map = map.with(file.path(), file);
        }
        return new Tree(map);
    }

    /**
     * The newest site and the data after it laid over it; or, where the newest package is a notice, the notice alone.
     */
    public static Tree of(History history) {
        return history.layers().shown();
    }

    private static int compareCodePoints(String a, String b) {
        int both = Math.min(a.length(), b.length());
        for (int i = 0; i < both; i++) {
            char one = a.charAt(i);
            char other = b.charAt(i);
            if (one != other) {
                boolean same = Character.isSurrogate(one) == Character.isSurrogate(other);
                return same ? one - other : Character.isSurrogate(one) ? 1 : -1;
            }
        }
        return a.length() - b.length();
    }

    /** Sorted by the UTF-8 bytes of their paths. */
    public Collection<TreeFile> files() {
        return files.values();
    }

    public @Nullable TreeFile get(String path) {
        return files.get(path);
    }

    /** SHA-256 over the lines {@code <sha256>  <path>\n} of every file (contract, {@code live.tree}). */
    public Digest digest() {
        Digest known = digest;
        if (known == null) {
            MessageDigest sha256 = Digest.sha256();
            for (TreeFile file : files.values()) {
                sha256.update((file.sha256() + "  " + file.path() + "\n").getBytes(StandardCharsets.UTF_8));
            }
            known = Digest.of(sha256.digest());
            digest = known;
        }
        return known;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Tree tree && (files.isSame(tree.files) || sameFiles(tree));
    }

    private boolean sameFiles(Tree other) {
        if (files.size() != other.files.size()) {
            return false;
        }
        Iterator<TreeFile> theirs = other.files().iterator();
        for (TreeFile file : files()) {
            if (!file.equals(theirs.next())) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int hashCode() {
        return List.copyOf(files()).hashCode();
    }

    @Override
    public String toString() {
        return files().toString();
    }
}
