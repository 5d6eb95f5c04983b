# Points a junction at another folder without removing it: one FSCTL_SET_REPARSE_POINT replaces the target in place.
param(
    [Parameter(Mandatory = $true)][string] $Link,
    [Parameter(Mandatory = $true)][string] $Target
)
$ErrorActionPreference = 'Stop'

if (-not (Test-Path -LiteralPath $Target -PathType Container)) {
    throw "the release $Target does not exist"
}
if (-not (Test-Path -LiteralPath $Link)) {
    New-Item -ItemType Directory -Path $Link | Out-Null
}
$item = Get-Item -LiteralPath $Link -Force
if (($item.Attributes -band [IO.FileAttributes]::ReparsePoint) -eq 0 -and (Get-ChildItem -LiteralPath $Link -Force)) {
    throw "$Link is a real folder with files in it, not a junction"
}

Add-Type -TypeDefinition @'
using System;
using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

public static class DifusorJunction
{
    const uint GenericWrite = 0x40000000;
    const uint ShareAll = 7;
    const uint OpenExisting = 3;
    const uint BackupSemanticsAndOpenReparsePoint = 0x02200000;
    const uint SetReparsePoint = 0x000900A4;
    const uint MountPointTag = 0xA0000003;

    [DllImport("kernel32.dll", SetLastError = true, CharSet = CharSet.Unicode)]
    static extern SafeFileHandle CreateFile(string name, uint access, uint share, IntPtr security,
        uint disposition, uint flags, IntPtr template);

    [DllImport("kernel32.dll", SetLastError = true)]
    static extern bool DeviceIoControl(SafeFileHandle device, uint code, byte[] input, int inputSize,
        IntPtr output, int outputSize, out int returned, IntPtr overlapped);

    public static void Point(string link, string target)
    {
        byte[] substitute = Encoding.Unicode.GetBytes(@"\??\" + target);
        byte[] print = Encoding.Unicode.GetBytes(target);
        int dataLength = 8 + substitute.Length + 2 + print.Length + 2;
        byte[] buffer = new byte[8 + dataLength];
        BitConverter.GetBytes(MountPointTag).CopyTo(buffer, 0);
        BitConverter.GetBytes((ushort)dataLength).CopyTo(buffer, 4);
        BitConverter.GetBytes((ushort)0).CopyTo(buffer, 8);
        BitConverter.GetBytes((ushort)substitute.Length).CopyTo(buffer, 10);
        BitConverter.GetBytes((ushort)(substitute.Length + 2)).CopyTo(buffer, 12);
        BitConverter.GetBytes((ushort)print.Length).CopyTo(buffer, 14);
        substitute.CopyTo(buffer, 16);
        print.CopyTo(buffer, 16 + substitute.Length + 2);

        using (SafeFileHandle handle = CreateFile(link, GenericWrite, ShareAll, IntPtr.Zero, OpenExisting,
            BackupSemanticsAndOpenReparsePoint, IntPtr.Zero))
        {
            if (handle.IsInvalid) throw new Win32Exception();
            int returned;
            if (!DeviceIoControl(handle, SetReparsePoint, buffer, buffer.Length, IntPtr.Zero, 0, out returned,
                IntPtr.Zero)) throw new Win32Exception();
        }
    }
}
'@
[DifusorJunction]::Point($Link, $Target)
