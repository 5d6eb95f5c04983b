package mx.difusor.agent.intake;

import java.nio.file.attribute.UserPrincipalLookupService;
import java.util.List;
import java.util.Set;
import org.apache.sshd.common.file.util.BaseFileSystem;
import org.jspecify.annotations.Nullable;

/** The virtual folders as MINA wants them: one per SFTP or scp channel, which ends with it. */
final class MountedFileSystem extends BaseFileSystem<MountedPath> {
    private final VirtualTree tree;
    private volatile boolean open = true;

    MountedFileSystem(VirtualTree tree) {
        super(new MountedProvider());
        this.tree = tree;
    }

    VirtualTree tree() {
        return tree;
    }

    /** Sessions start in {@code /entrada}. */
    @Override
    public MountedPath getDefaultDir() {
        return create("/", VirtualTree.INBOX);
    }

    @Override
    protected MountedPath create(@Nullable String root, List<String> names) {
        return new MountedPath(this, root, names);
    }

    /** On every platform a backslash is a character, and one that no name may have. */
    @Override
    protected boolean hostFsHasWindowsSeparator() {
        return false;
    }

    @Override
    public Set<String> supportedFileAttributeViews() {
        return Set.of("basic", "posix");
    }

    @Override
    public UserPrincipalLookupService getUserPrincipalLookupService() {
        throw new UnsupportedOperationException("no users here");
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            tree.close();
        }
    }
}
