package mx.difusor.agent.intake;

import java.io.IOException;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The attributes that an uploader sees: sizes and times are real, owners and permissions are made up. */
record MountedAttributes(Seen seen) implements PosixFileAttributes {

    private record Owner(String getName) implements GroupPrincipal {
        @Override
        public String toString() {
            return getName;
        }
    }

    private static final Owner OWNER = new Owner("difusor");

    @Override
    public UserPrincipal owner() {
        return OWNER;
    }

    @Override
    public GroupPrincipal group() {
        return OWNER;
    }

    @Override
    public Set<PosixFilePermission> permissions() {
        String permissions = seen.folder() ? "r-xr-x---" : "r--r-----";
        return PosixFilePermissions.fromString(seen.writable() ? "rw" + permissions.substring(2) : permissions);
    }

    @Override
    public FileTime lastModifiedTime() {
        return seen.modified();
    }

    @Override
    public FileTime lastAccessTime() {
        return seen.modified();
    }

    @Override
    public FileTime creationTime() {
        return seen.modified();
    }

    @Override
    public boolean isRegularFile() {
        return !seen.folder();
    }

    @Override
    public boolean isDirectory() {
        return seen.folder();
    }

    @Override
    public boolean isSymbolicLink() {
        return false;
    }

    @Override
    public boolean isOther() {
        return false;
    }

    @Override
    public long size() {
        return seen.size();
    }

    @Override
    public @Nullable Object fileKey() {
        return null;
    }

    /** By the names of {@link java.nio.file.Files#readAttributes(java.nio.file.Path, String, java.nio.file.LinkOption...)}. */
    Map<String, Object> byName(boolean posix) {
        Map<String, Object> all = new HashMap<>();
        all.put("lastModifiedTime", lastModifiedTime());
        all.put("lastAccessTime", lastAccessTime());
        all.put("creationTime", creationTime());
        all.put("size", size());
        all.put("isRegularFile", isRegularFile());
        all.put("isDirectory", isDirectory());
        all.put("isSymbolicLink", false);
        all.put("isOther", false);
        if (posix) {
            all.put("owner", owner());
            all.put("group", group());
            all.put("permissions", permissions());
        }
        return all;
    }

    /** Times can be set on what can be written; permissions and owners are taken and forgotten. */
    record View(MountedPath path) implements PosixFileAttributeView {
        @Override
        public String name() {
            return "posix";
        }

        @Override
        public PosixFileAttributes readAttributes() throws IOException {
            return new MountedAttributes(path.getFileSystem().tree().see(path.fromRoot()));
        }

        @Override
        public void setTimes(
                @Nullable FileTime lastModifiedTime, @Nullable FileTime lastAccessTime, @Nullable FileTime createTime)
                throws IOException {
            if (lastModifiedTime != null) {
                path.getFileSystem().tree().setModified(path.fromRoot(), lastModifiedTime);
            }
        }

        @Override
        public void setPermissions(Set<PosixFilePermission> permissions) throws IOException {
            path.getFileSystem().tree().setPermissions(path.fromRoot());
        }

        @Override
        public void setGroup(GroupPrincipal group) throws IOException {
            path.getFileSystem().tree().setPermissions(path.fromRoot());
        }

        @Override
        public UserPrincipal getOwner() throws IOException {
            return readAttributes().owner();
        }

        @Override
        public void setOwner(UserPrincipal owner) throws IOException {
            path.getFileSystem().tree().setPermissions(path.fromRoot());
        }
    }

    static boolean isServed(Class<? extends BasicFileAttributes> type) {
        return type.isAssignableFrom(PosixFileAttributes.class);
    }
}
