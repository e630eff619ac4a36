"""One truth written in every layout, by code that shares nothing with the readers."""

from __future__ import annotations

import io
import struct
import zipfile


def columns(truth, *, between="\t", decimal=".", header="", esd=False, newline="\n"):
    """Delimited text."""
    rows = []
    for index, angle in enumerate(truth.two_theta):
        cells = [f"{angle:.4f}", f"{truth.counts[index]:.0f}"]
        if esd:
            cells.append(f"{truth.esd[index]:.4f}")
        rows.append(between.join(cells).replace(".", decimal))
    return newline.join([*header.splitlines(), *rows]) + newline


def bare(truth):
    return columns(truth, between=" ")


def tabs(truth):
    return columns(truth, esd=True, header="# 2theta\tcounts\tesd")


def commas(truth):
    return columns(truth, between=",", header="2theta,counts")


def decimal_commas(truth):
    return columns(truth, between=";", decimal=",", header="2-Theta;Counts", newline="\r\n")


def decimal_commas_and_blanks(truth):
    return columns(truth, between="  ", decimal=",")


def fullprof_words(truth):
    return columns(truth, between="   ", esd=True, header="XYDATA\nINTER 1.0 1.0 0\n! comment\n! another")


def beamline(truth):
    words = "# Scan Comment = robot\n# Temp (K) = 298.15\n# Calibrated wavelength = 1.5406\n# */"
    return columns(truth, between=" ", esd=True, header=words)


def eva(truth):
    return columns(truth, between=" ", header='\'Id: "" Anode: "Cu" Scantype: "Coupled TwoTheta/Theta"')


def fullprof_free(truth):
    rows = [f"{truth.two_theta[0]:.3f}   0.020   {truth.two_theta[-1]:.3f}  title of it"]
    values = [f"{value:9.0f}" for value in truth.counts]
    rows += ["".join(values[at : at + 8]) for at in range(0, len(values), 8)]
    return "\r\n".join(rows)


def _gsas(truth, kind, fields, per_line):
    rows = ["".join(fields[at : at + per_line]).ljust(80) for at in range(0, len(fields), per_line)]
    bank = f"BANK 1 {len(truth.counts)} {len(rows)} CONST {100 * truth.two_theta[0]:.2f} 2.00 0 0 {kind}"
    return "\n".join(["title".ljust(80), bank.ljust(80), *rows]) + "\n"


def gsas_standard(truth):
    return _gsas(truth, "STD", [f"{value:8.0f}" for value in truth.counts], 10)


def gsas_esd(truth):
    fields = [f"{y:8.0f}{e:8.2f}" for y, e in zip(truth.counts, truth.esd, strict=True)]
    return _gsas(truth, "ESD", fields, 5)


def gsas_fxye(truth):
    rows = [
        f"{100 * x:14.4f} {y:12.1f} {e:10.4f}"
        for x, y, e in zip(truth.two_theta, truth.counts, truth.esd, strict=True)
    ]
    bank = f"BANK 1 {len(rows)} {len(rows)} CONS 2000.0 2.0 0 0 FXYE"
    return "\n".join(["title", "# Temp (K) = 298.15", bank, *rows]) + "\n"


def uxd(truth):
    words = (
        "; (Data for Range number 1)\n_FILEVERSION=2\n_ANODE='Cu'\n_WL1=1.540600\n_WL2=1.544390\n"
        "_WLRATIO=.5\n_DRIVE='COUPLED'\n_STEPTIME=1.0\n_STEPSIZE=0.02\n_START=20.0\n_COUNTS"
    )
    values = [f"{value:.0f}" for value in truth.counts]
    return "\n".join([words, *["\t".join(values[at : at + 6]) for at in range(0, len(values), 6)]]) + "\n"


def uxd_rate(truth):
    words = (
        "_FILEVERSION=2\n_WL1=1.540600\n_WL2=1.544390\n_DRIVE='COUPLED'\n_STEPTIME=4.0\n_STEPSIZE=0.02\n"
        "_START=20.0\n_2THETACPS"
    )
    rows = [f"{x:.4f} {y / 4.0:.4f}" for x, y in zip(truth.two_theta, truth.counts, strict=True)]
    return "\n".join([words, *rows]) + "\n"


def ras(truth):
    facts = {
        "MEAS_SCAN_AXIS_X": "TwoThetaTheta", "MEAS_SCAN_UNIT_Y": "counts", "MEAS_SCAN_STEP": "0.02",
        "MEAS_SCAN_SPEED": "1.2", "MEAS_SCAN_SPEED_UNIT": "deg/min", "HW_XG_TARGET_NAME": "Cu",
        "HW_XG_WAVE_LENGTH_ALPHA1": "1.540600", "HW_XG_WAVE_LENGTH_ALPHA2": "1.544390",
    }  # fmt: skip
    rows = [f"{x:.4f} {y:.4f} 1.0000" for x, y in zip(truth.two_theta, truth.counts, strict=True)]
    head = [f'*{key} "{value}"' for key, value in facts.items()]
    block = ["*RAS_HEADER_START", *head, "*RAS_HEADER_END", "*RAS_INT_START", *rows, "*RAS_INT_END"]
    return "\r\n".join(["*RAS_DATA_START", *block, "*RAS_DATA_END"]) + "\r\n"


def xrdml(truth, *, factors=None, status="Completed", axis="Gonio"):
    counts = " ".join(f"{value:.0f}" for value in truth.counts)
    scaled = "" if factors is None else f"<beamAttenuationFactors>{factors}</beamAttenuationFactors>"
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<xrdMeasurements xmlns="http://www.xrdml.com/XRDMeasurement/1.5" status="Completed">
<xrdMeasurement measurementType="Scan"><usedWavelength intended="K-Alpha">
<kAlpha1 unit="Angstrom">1.5406000</kAlpha1><kAlpha2 unit="Angstrom">1.5443900</kAlpha2>
<ratioKAlpha2KAlpha1>0.5000</ratioKAlpha2KAlpha1></usedWavelength>
<incidentBeamPath><radius unit="mm">240.00</radius><xRayTube><anodeMaterial>Cu</anodeMaterial></xRayTube>
</incidentBeamPath><scan appendNumber="0" scanAxis="{axis}" status="{status}"><header>
<startTimeStamp>{truth.start}</startTimeStamp><endTimeStamp>{truth.end}</endTimeStamp></header><dataPoints>
<positions axis="2Theta" unit="deg"><startPosition>20.0</startPosition><endPosition>60.0</endPosition>
</positions>
<positions axis="Omega" unit="deg"><startPosition>10.0</startPosition><endPosition>30.0</endPosition>
</positions>
<commonCountingTime unit="seconds">10.5</commonCountingTime>{scaled}
<intensities unit="counts">{counts}</intensities></dataPoints>
<nonAmbientPoints type="Temperature" unit="K"><nonAmbientValues>413.1 413.2</nonAmbientValues>
</nonAmbientPoints>
</scan></xrdMeasurement></xrdMeasurements>"""


def zipped(members):
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return raw.getvalue()


def brml_scan(truth, *, axis="TwoTheta", length=1):
    rows = "".join(
        f"<Datum>0.7,1,{x / 2:.5f},{x:.5f},3,{y:.0f}</Datum>"
        for x, y in zip(truth.two_theta, truth.counts, strict=True)
    )
    kind = 'xmlns:s="http://www.w3.org/2001/XMLSchema-instance"'
    return f"""<?xml version="1.0"?><RawData {kind}><TimeStampStarted>{truth.start}</TimeStampStarted>
<TimeStampFinished>{truth.end}</TimeStampFinished><DataRoutes><DataRoute RouteFlag="Measured">
<ScanInformation ScanName="LockedCoupled"><TimePerStepEffective>1</TimePerStepEffective>
<ScanAxes><ScanAxisInfo AxisId="{axis}"/></ScanAxes></ScanInformation>{rows}<DataViews>
<RawDataView s:type="FixedRawDataView" Start="0" Length="1" LogicName="MeasuredTime"/>
<RawDataView s:type="FixedRawDataView" Start="1" Length="1" LogicName="AbsorptionFactor"/>
<RawDataView s:type="VaryingRawDataView" Start="2" Length="2"><Varying>
<FieldDefinitions AxisId="Theta"/><FieldDefinitions AxisId="{axis}"/></Varying></RawDataView>
<RawDataView s:type="RecordedRawDataView" Start="5" Length="{length}">
<Recording><Unit Base="Counts"/></Recording>
</RawDataView></DataViews></DataRoute></DataRoutes><FixedInformation>
<WaveLengthAlpha1 Unit="A" Value="1.5406"/><WaveLengthAlpha2 Unit="A" Value="1.54439"/>
<WaveLengthRatio Value="0.5"/><TubeMaterial>Cu</TubeMaterial></FixedInformation></RawData>"""


def brml(truth):
    return zipped({"experimentCollection.xml": "<a/>", "Experiment0/RawData0.xml": brml_scan(truth)})


def rasx(truth):
    rows = "".join(f"{x:.4f}\t{y:.0f}\t1\n" for x, y in zip(truth.two_theta, truth.counts, strict=True))
    head = f"""<MeasurementConditions><HWConfigurations><XrayGenerator><TargetName>Cu</TargetName>
<WaveType>Ka</WaveType><WavelengthKalpha1>1.5406</WavelengthKalpha1><WavelengthKalpha2>1.54439</WavelengthKalpha2>
</XrayGenerator></HWConfigurations><ScanInformation><AxisName>TwoThetaTheta</AxisName><Step>0.02</Step>
<Speed>1.2</Speed><SpeedUnit>deg/min</SpeedUnit><IntensityUnit>counts</IntensityUnit>
<StartTime>{truth.start}</StartTime><EndTime>{truth.end}</EndTime></ScanInformation></MeasurementConditions>"""
    return zipped({"Data0/Profile0.txt": "\ufeff" + rows, "Data0/MesurementConditions0.xml": head})


def pdcif(truth):
    rows = [f"{x:.3f} {y:.0f}" for x, y in zip(truth.two_theta, truth.counts, strict=True)]
    head = [
        "data_pattern", "_diffrn_ambient_temperature 298.15",
        "loop_", "_diffrn_radiation_wavelength", "_diffrn_radiation_wavelength_wt", "1.5406 1.0",
        "1.54439 0.5",
        "loop_", "_pd_meas_2theta_scan", "_pd_meas_counts_total",
    ]  # fmt: skip
    return "\n".join([*head, *rows]) + "\n"


def pdcif_range(truth):
    """Intensities with their uncertainty in brackets and a range of angles."""
    rows = [f"{y:.0f}.0({10 * e:.0f})" for y, e in zip(truth.counts, truth.esd, strict=True)]
    head = [
        "data_x", "_pd_proc_2theta_range_min 20.00", "_pd_proc_2theta_range_inc 0.02",
        "_pd_proc_2theta_range_max 60.00", "_diffrn_radiation_wavelength 1.5406", "loop_",
        "_pd_proc_intensity_total",
    ]  # fmt: skip
    return "\n".join([*head, *rows]) + "\n"


def raw1(truth):
    head = bytearray(156)
    head[:4] = b"RAW "
    struct.pack_into("<iff", head, 4, len(truth.counts), 1.5, 0.02)
    struct.pack_into("<f", head, 24, 20.0)
    head[40:46] = b"LICOO2"
    struct.pack_into("<ff", head, 72, *truth.wavelengths)
    return bytes(head) + struct.pack(f"<{len(truth.counts)}f", *truth.counts)


def raw3(truth, *, kind=0, ranges=1):
    head = bytearray(712)
    head[:7] = b"RAW1.01"
    struct.pack_into("<i", head, 12, ranges)
    head[16:24], head[26:34] = b"01/22/18", b"16:34:23"
    struct.pack_into("<f", head, 564, 217.5)
    head[608:610] = b"Cu"
    struct.pack_into("<ddddd", head, 616, 1.5418, *truth.wavelengths, 1.39222, 0.5)
    part = bytearray(304)
    struct.pack_into("<iidd", part, 0, 304, len(truth.counts), 10.0, 20.0)
    struct.pack_into("<i", part, 168, kind)
    struct.pack_into("<d", part, 176, 0.02)
    struct.pack_into("<f", part, 192, 1.0)
    struct.pack_into("<ii", part, 252, 4, 40)
    data = struct.pack(f"<{len(truth.counts)}f", *truth.counts)
    return bytes(head) + (bytes(part) + bytes(40) + data) * ranges


def raw4(truth, *, kind=b"Locked Coupled", point_bytes=8):
    head = bytearray(61)
    head[:7], head[12:22], head[24:32] = b"RAW4.00", b"07/11/2018", b"15:55:31"
    text = bytearray(40)
    struct.pack_into("<II", text, 0, 10, 40)
    text[12:20], text[36:40] = b"SAMPLEID", b"TiO2"
    tube = bytearray(136)
    struct.pack_into("<II", tube, 0, 30, 136)
    struct.pack_into("<5d", tube, 72, 1.5418, *truth.wavelengths, 1.39222, 0.5)
    tube[116:118] = b"Cu"
    part = bytearray(160 + 16)
    part[32 : 32 + len(kind)] = kind
    struct.pack_into("<ddI", part, 72, 20.0, 0.02, len(truth.counts))
    struct.pack_into("<II", part, 136, point_bytes, 16)
    points = b"".join(struct.pack("<f", value) + b"\1" * (point_bytes - 4) for value in truth.counts)
    return bytes(head) + bytes(text) + bytes(tube) + bytes(part) + points


# name: (writer, format, wavelengths told, start told)
LAYOUTS = {
    "bare": (bare, "xy-text", 0, False),
    "tabs": (tabs, "xy-text", 0, False),
    "commas": (commas, "xy-text", 0, False),
    "decimal_commas": (decimal_commas, "xy-text", 0, False),
    "decimal_commas_and_blanks": (decimal_commas_and_blanks, "xy-text", 0, False),
    "fullprof_words": (fullprof_words, "xy-text", 0, False),
    "beamline": (beamline, "xy-text", 1, False),
    "eva": (eva, "xy-text", 0, False),
    "fullprof_free": (fullprof_free, "fullprof-text", 0, False),
    "gsas_standard": (gsas_standard, "gsas-powder", 0, False),
    "gsas_esd": (gsas_esd, "gsas-powder", 0, False),
    "gsas_fxye": (gsas_fxye, "gsas-powder", 0, False),
    "uxd": (uxd, "bruker-uxd", 2, False),
    "uxd_rate": (uxd_rate, "bruker-uxd", 2, False),
    "ras": (ras, "rigaku-ras", 2, False),
    "rasx": (rasx, "rigaku-rasx", 2, True),
    "xrdml": (xrdml, "panalytical-xrdml", 2, True),
    "brml": (brml, "bruker-brml", 2, True),
    "pdcif": (pdcif, "powder-cif", 2, False),
    "pdcif_range": (pdcif_range, "powder-cif", 1, False),
    "raw1": (raw1, "bruker-raw1", 2, False),
    "raw3": (raw3, "bruker-raw3", 2, False),
    "raw4": (raw4, "bruker-raw4", 2, False),
}


def raw_bytes(name, truth):
    """The bytes of a layout."""
    content = LAYOUTS[name][0](truth)
    return content if isinstance(content, bytes) else content.encode()
