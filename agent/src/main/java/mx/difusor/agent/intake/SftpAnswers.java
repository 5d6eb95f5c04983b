package mx.difusor.agent.intake;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.apache.sshd.sftp.common.SftpConstants;
import org.apache.sshd.sftp.common.SftpException;
import org.apache.sshd.sftp.common.SftpHelper;
import org.apache.sshd.sftp.server.SftpErrorStatusDataHandler;
import org.apache.sshd.sftp.server.SftpSubsystemEnvironment;

/**
 * Status and text of every refusal. Protocol 3 knows statuses up to 8 only; its clients get 4 with the text that newer
 * ones get with a status of its own.
 */
final class SftpAnswers implements SftpErrorStatusDataHandler {

    @Override
    public int resolveSubStatus(SftpSubsystemEnvironment sftp, int id, Throwable e, int cmd, Object... args) {
        int status = status(e);
        if (sftp.getVersion() > SftpConstants.SFTP_V3 || status <= SftpConstants.SSH_FX_OP_UNSUPPORTED) {
            return status;
        }
        return SftpConstants.SSH_FX_FAILURE;
    }

    @Override
    public String resolveErrorMessage(
            SftpSubsystemEnvironment sftp, int id, Throwable e, int subStatus, int cmd, Object... args) {
        if (e instanceof Refused) {
            String text = Words.printable(String.valueOf(e.getMessage()));
            if (sftp instanceof InstituteSftp institute) {
                institute.tell(text);
            }
            return text;
        }
        if (e instanceof NoSuchFileException) {
            return "no such file or folder";
        }
        if (e instanceof FileAlreadyExistsException) {
            return "a file of that name exists already";
        }
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        return SftpHelper.resolveStatusMessage(subStatus);
    }

    private static int status(Throwable e) {
        if (e instanceof Refused refused) {
            return status(refused.kind());
        }
        if (e instanceof NoSuchFileException || e instanceof NotDirectoryException) {
            return SftpConstants.SSH_FX_NO_SUCH_FILE;
        }
        if (e instanceof SftpException sftp && sftp.getStatus() <= SftpConstants.SSH_FX_OP_UNSUPPORTED) {
            return sftp.getStatus();
        }
        if (e instanceof UnsupportedOperationException) {
            return SftpConstants.SSH_FX_OP_UNSUPPORTED;
        }
        return e instanceof java.io.EOFException
                ? SftpConstants.SSH_FX_EOF
                : e instanceof FileAlreadyExistsException
                        ? SftpConstants.SSH_FX_FILE_ALREADY_EXISTS
                        : SftpConstants.SSH_FX_FAILURE;
    }

    private static int status(Refused.Kind kind) {
        return switch (kind) {
            case FORBIDDEN -> SftpConstants.SSH_FX_PERMISSION_DENIED;
            case NAME -> SftpConstants.SSH_FX_INVALID_FILENAME;
            case TOO_LARGE, TOO_MANY -> SftpConstants.SSH_FX_QUOTA_EXCEEDED;
            case OVER_BUDGET, NO_SPACE -> SftpConstants.SSH_FX_NO_SPACE_ON_FILESYSTEM;
            case BUSY, BROKEN -> SftpConstants.SSH_FX_FAILURE;
        };
    }
}
