package mx.difusor.agent.intake;

import java.io.IOException;
import java.nio.channels.Channel;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.CopyOption;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.Collection;
import java.util.Set;
import org.apache.sshd.common.util.io.IoUtils;
import org.apache.sshd.sftp.server.FileHandle;
import org.apache.sshd.sftp.server.SftpFileSystemAccessor;
import org.apache.sshd.sftp.server.SftpSubsystemProxy;

/** How MINA's SFTP opens, syncs and closes files of the {@link MountedFileSystem}. */
final class SftpAccess implements SftpFileSystemAccessor {

    /** As a client sends it, in UTF-8. */
    static final int MAX_PATH_BYTES = 1_024;

    @Override
    public Path resolveLocalFilePath(SftpSubsystemProxy subsystem, Path rootDir, String remotePath) throws IOException {
        return resolve(rootDir, remotePath);
    }

    static Path resolve(Path start, String remotePath) throws Refused {
        if (remotePath.getBytes(StandardCharsets.UTF_8).length > MAX_PATH_BYTES) {
            throw new Refused(Refused.Kind.NAME, "path longer than " + MAX_PATH_BYTES + " bytes");
        }
        return start.resolve(remotePath).toAbsolutePath().normalize();
    }

    /** A size among the attributes (WinSCP sends one) is what the client is about to upload. */
    @Override
    public SeekableByteChannel openFile(
            SftpSubsystemProxy subsystem,
            FileHandle fileHandle,
            Path file,
            String handle,
            Set<? extends OpenOption> options,
            FileAttribute<?>... attributes)
            throws IOException {
        if (!options.contains(StandardOpenOption.WRITE)) {
            return Files.newByteChannel(file, StandardOpenOption.READ);
        }
        long announced = -1;
        for (FileAttribute<?> attribute : attributes) {
            if (attribute.name().equals(IoUtils.SIZE_VIEW_ATTR) && attribute.value() instanceof Number size) {
                announced = size.longValue();
            }
        }
        MountedPath path = (MountedPath) file;
        return path.getFileSystem().tree().openForWriting(path.fromRoot(), options, announced);
    }

    @Override
    public void syncFileData(
            SftpSubsystemProxy subsystem, FileHandle fileHandle, Path file, String handle, Channel channel)
            throws IOException {
        if (channel instanceof UploadChannel upload) {
            upload.force();
        }
    }

    /** Not synced here: a claim syncs what counts. */
    @Override
    public void closeFile(
            SftpSubsystemProxy subsystem,
            FileHandle fileHandle,
            Path file,
            String handle,
            Channel channel,
            Set<? extends OpenOption> options)
            throws IOException {
        channel.close();
    }

    @Override
    public void copyFile(SftpSubsystemProxy subsystem, Path src, Path dst, Collection<CopyOption> opts)
            throws IOException {
        throw new Refused(Refused.Kind.FORBIDDEN, "copying is not served");
    }

    @Override
    public void createLink(SftpSubsystemProxy subsystem, Path link, Path existing, boolean symLink) throws IOException {
        throw new Refused(Refused.Kind.FORBIDDEN, "no links can be made");
    }
}
