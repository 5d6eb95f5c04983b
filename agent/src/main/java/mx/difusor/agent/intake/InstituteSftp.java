package mx.difusor.agent.intake;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.sshd.common.OptionalFeature;
import org.apache.sshd.common.io.IoOutputStream;
import org.apache.sshd.common.io.IoWriteFuture;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.apache.sshd.common.util.io.IoUtils;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.apache.sshd.server.session.ServerSession;
import org.apache.sshd.sftp.common.SftpConstants;
import org.apache.sshd.sftp.common.extensions.openssh.FsyncExtensionParser;
import org.apache.sshd.sftp.common.extensions.openssh.LimitsExtensionParser;
import org.apache.sshd.sftp.common.extensions.openssh.PosixRenameExtensionParser;
import org.apache.sshd.sftp.server.AbstractSftpEventListenerAdapter;
import org.apache.sshd.sftp.server.FileHandle;
import org.apache.sshd.sftp.server.Handle;
import org.apache.sshd.sftp.server.SftpSubsystem;
import org.apache.sshd.sftp.server.SftpSubsystemConfigurator;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;
import org.jspecify.annotations.Nullable;

/** SFTP without what an Institute does not need: no links, no locks, no copying on the server, few extensions. */
final class InstituteSftp extends SftpSubsystem {

    /** OpenSSH's own, announced with their versions. */
    static final String OPENSSH_EXTENSIONS = FsyncExtensionParser.NAME + "=1," + PosixRenameExtensionParser.NAME + "=1,"
            + LimitsExtensionParser.NAME + "=1";

    private static final Set<String> SERVED = Set.of(
            FsyncExtensionParser.NAME,
            PosixRenameExtensionParser.NAME,
            LimitsExtensionParser.NAME,
            SftpConstants.EXT_VERSION_SELECT);

    /** The largest write that MINA takes, and what stands around it. */
    static final int MAX_PACKET_BYTES = (256 << 10) + (4 << 10);

    /**
     * Requests of one channel that wait for an answer. paramiko asks for a whole file at once, with 33 bytes for each
     * 32 KiB: the channel's window holds it up before. Each takes some 200 bytes of memory.
     */
    static final int MAX_PENDING_REQUESTS = 1 << 16;

    /** Of all channels together: beyond, the session of the one that adds to them ends, unless that one has few itself. */
    static final int MAX_PENDING_IN_ALL = 1 << 17;

    static final int FEW_PENDING_REQUESTS = 1 << 12;

    /** Refusals of one channel that are told beside the protocol. */
    static final int MAX_TOLD = 20;

    private final Set<String> told = new HashSet<>();
    private @Nullable IoOutputStream errors;
    private @Nullable IoWriteFuture telling;

    /** The open ones of one endpoint, this one among them. */
    private final Set<InstituteSftp> open;

    private InstituteSftp(ChannelSession channel, SftpSubsystemConfigurator configurator, Set<InstituteSftp> open) {
        super(channel, configurator);
        this.open = open;
        open.add(this);
        channel.addCloseFutureListener(closed -> open.remove(this));
        addSftpEventListener(new BreakOffs());
    }

    static SftpSubsystemFactory factory() {
        Set<InstituteSftp> open = ConcurrentHashMap.newKeySet();
        SftpSubsystemFactory factory = new SftpSubsystemFactory() {
            @Override
            public Command createSubsystem(ChannelSession channel) {
                return new InstituteSftp(channel, this, open);
            }
        };
        factory.setFileSystemAccessor(new SftpAccess());
        factory.setErrorStatusDataHandler(new SftpAnswers());
        return factory;
    }

    @Override
    public void setIoErrorStream(IoOutputStream err) {
        super.setIoErrorStream(err);
        errors = err;
    }

    /** OpenSSH and PuTTY show no text of a status; what comes on the error stream they show. */
    synchronized void tell(String refusal) {
        boolean busy = telling != null && !telling.isDone();
        if (errors == null || busy || told.size() >= MAX_TOLD || !told.add(refusal)) {
            return;
        }
        byte[] line = (ServerSettings.IDENTIFICATION + ": " + refusal + "\n").getBytes(StandardCharsets.UTF_8);
        try {
            telling = errors.writeBuffer(new ByteArrayBuffer(line));
        } catch (IOException e) {
            errors = null; // the client is gone; the status would have said it too
        }
    }

    @Override
    public int data(ChannelSession channel, byte[] bytes, int start, int length) throws IOException {
        int taken = super.data(channel, bytes, start, length);
        // What is left there is the beginning of a packet that is not whole yet.
        boolean hasLength = buffer.available() >= Integer.BYTES;
        if (hasLength && buffer.rawUInt(buffer.rpos()) > MAX_PACKET_BYTES) {
            throw new IOException("an SFTP packet of more than " + MAX_PACKET_BYTES + " bytes");
        }
        int pending = requests.size();
        if (pending > MAX_PENDING_REQUESTS || (pending > FEW_PENDING_REQUESTS && pendingInAll() > MAX_PENDING_IN_ALL)) {
            throw new IOException("too many SFTP requests at once: " + pending);
        }
        return taken;
    }

    private int pendingInAll() {
        return open.stream().mapToInt(one -> one.requests.size()).sum();
    }

    /** Of MINA's own extensions none is served; and its setting for that takes an empty value for none given. */
    @Override
    protected Map<String, OptionalFeature> getSupportedClientExtensions(ServerSession session) {
        return Map.of();
    }

    @Override
    protected Collection<Integer> resolveAclSupportedCapabilities(ServerSession session) {
        return Set.of();
    }

    @Override
    protected void executeExtendedCommand(Buffer buffer, int id, String extension) throws IOException {
        if (SERVED.contains(extension)) {
            super.executeExtendedCommand(buffer, id, extension);
        } else {
            doUnsupportedExtension(buffer, id, extension);
        }
    }

    @Override
    protected void createLink(int id, String existingPath, String linkPath, boolean symLink) throws IOException {
        throw new Refused(Refused.Kind.FORBIDDEN, "no links can be made");
    }

    @Override
    protected void doBlock(int id, String handle, long offset, long length, int mask) throws IOException {
        throw new UnsupportedOperationException("no locks");
    }

    @Override
    protected void doUnblock(int id, String handle, long offset, long length) throws IOException {
        throw new UnsupportedOperationException("no locks");
    }

    /** Sizes and modification times; the rest is taken and forgotten. */
    @Override
    protected void setFileAttributes(Path file, Map<String, ?> attributes, LinkOption... options) throws IOException {
        MountedPath path = (MountedPath) file;
        VirtualTree tree = path.getFileSystem().tree();
        List<String> names = path.fromRoot();
        tree.setPermissions(names);
        if (attributes.get(IoUtils.SIZE_VIEW_ATTR) instanceof Number size) {
            tree.setSize(names, size.longValue());
        }
        if (attributes.get(IoUtils.LASTMOD_TIME_VIEW_ATTR) instanceof FileTime modified) {
            tree.setModified(names, modified);
        }
    }

    /** On a dropped connection no close comes: the handle is still there when the channel ends. */
    private static final class BreakOffs extends AbstractSftpEventListenerAdapter {
        @Override
        public void exiting(ServerSession session, Handle handle) {
            if (handle instanceof FileHandle file && file.getFileChannel() instanceof UploadChannel upload) {
                upload.breakOff();
            }
        }
    }
}
