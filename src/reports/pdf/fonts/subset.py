"""Makes the two faces and their kerning from the static Public Sans faces (SIL OFL 1.1, no reserved font name).

Run when the faces are to be renewed, with fonttools installed:

    python3 subset.py PublicSans-Regular.ttf PublicSans-Bold.ttf

It keeps every letter and sign of the original but no layout tables, adds the signs in SHAPES, which the
original lacks, gives the tabular figures the private codes U+E030-E039, and writes the kerning of ordinary
text to a list of its own, so that it is not embedded in every document.
"""
import sys
from fontTools import subset
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

KERNED = "ABCDEFGHIJKLMNOPQRSTUVWXYZÅÄÖÉabcdefghijklmnopqrstuvwxyzåäöéü0123456789.,:;-–()«»”’/"
SHAPES = {
    0x2190: [[(1500, 640), (560, 640), (860, 340), (740, 220), (240, 720), (740, 1220), (860, 1100), (560, 800), (1500, 800)]],
    0x2192: [[(240, 640), (1180, 640), (880, 340), (1000, 220), (1500, 720), (1000, 1220), (880, 1100), (1180, 800), (240, 800)]],
    0x2191: [[(790, 60), (790, 1060), (480, 750), (370, 870), (870, 1380), (1370, 870), (1260, 750), (950, 1060), (950, 60)]],
    0x2193: [[(790, 1380), (790, 380), (480, 690), (370, 570), (870, 60), (1370, 570), (1260, 690), (950, 380), (950, 1380)]],
    0x2713: [[(300, 640), (180, 520), (640, 40), (1560, 1240), (1420, 1340), (640, 300)]],
    0x25A0: [[(270, 100), (1470, 100), (1470, 1300), (270, 1300)]],
    0x25B2: [[(170, 100), (1570, 100), (870, 1360)]],
    0x25BC: [[(170, 1300), (870, 40), (1570, 1300)]],
    0x25CF: "disc",
    0x00AD: "hyphen",
}


def shape(font, code, what):
    name = f"drawn{code:04X}"
    pen = TTGlyphPen(None)
    if what == "hyphen":
        # A glyph of its own, so that a hyphen at the end of a line reads as a soft one.
        hyphen = font.getBestCmap()[ord("-")]
        font.getGlyphSet()[hyphen].draw(pen)
    elif what == "disc":
        middle, radius, near = (870, 700), 640, 0.5523
        x, y, k = *middle, radius * near
        points = [(x, y + radius)]
        pen.moveTo(points[0])
        for corner, end in [((x - radius, y + radius), (x - radius, y)), ((x - radius, y - radius), (x, y - radius)),
                            ((x + radius, y - radius), (x + radius, y)), ((x + radius, y + radius), (x, y + radius))]:
            start = points[-1]
            half = ((start[0] + end[0]) / 2 + (corner[0] - (start[0] + end[0]) / 2) * 0.414,
                    (start[1] + end[1]) / 2 + (corner[1] - (start[1] + end[1]) / 2) * 0.414)
            first = ((start[0] + (corner[0] - start[0]) * 0.414), start[1] + (corner[1] - start[1]) * 0.414)
            last = ((end[0] + (corner[0] - end[0]) * 0.414), end[1] + (corner[1] - end[1]) * 0.414)
            rounded = [tuple(round(v) for v in p) for p in (first, half, last, end)]
            pen.qCurveTo(rounded[0], rounded[1])
            pen.qCurveTo(rounded[2], rounded[3])
            points.append(end)
        pen.closePath()
    else:
        for ring in what:
            pen.moveTo(ring[0])
            for point in ring[1:]:
                pen.lineTo(point)
            pen.closePath()
    glyph = pen.glyph()
    glyph.recalcBounds(None)
    font.setGlyphOrder(font.getGlyphOrder() + [name])
    font["glyf"].glyphs[name] = glyph
    font["glyf"].glyphOrder = font.getGlyphOrder()
    width = font["hmtx"].metrics[hyphen][0] if what == "hyphen" else 1740
    font["hmtx"].metrics[name] = (width, glyph.xMin)
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap[code] = name


def kerning(font):
    cmap = font.getBestCmap()
    letters = {cmap[ord(c)]: c for c in KERNED if ord(c) in cmap}
    gpos = font["GPOS"].table
    wanted = {i for f in gpos.FeatureList.FeatureRecord if f.FeatureTag == "kern" for i in f.Feature.LookupListIndex}
    pairs = {}
    for index in sorted(wanted):
        for table in gpos.LookupList.Lookup[index].SubTable:
            table = getattr(table, "ExtSubTable", table)
            if table.LookupType != 2:
                continue
            for first in table.Coverage.glyphs:
                if first not in letters:
                    continue
                if table.Format == 1:
                    at = table.Coverage.glyphs.index(first)
                    for record in table.PairSet[at].PairValueRecord:
                        if record.SecondGlyph in letters and record.Value1:
                            pairs.setdefault((letters[first], letters[record.SecondGlyph]), record.Value1.XAdvance)
                else:
                    row = table.Class1Record[table.ClassDef1.classDefs.get(first, 0)]
                    for second, sign in letters.items():
                        value = row.Class2Record[table.ClassDef2.classDefs.get(second, 0)].Value1
                        if value and getattr(value, "XAdvance", 0):
                            pairs.setdefault((letters[first], sign), value.XAdvance)
    scale = 1000 / font["head"].unitsPerEm
    return [(a, b, round(v * scale)) for (a, b), v in sorted(pairs.items()) if abs(v * scale) >= 4]


for path, name in zip(sys.argv[1:], ["PublicSans-Regular", "PublicSans-Bold"]):
    font = TTFont(path)
    lines = "".join(f"{a}{b} {v}\n" for a, b, v in kerning(font))
    open(name + ".kern", "w", encoding="utf-8").write(lines)
    tabular = {}
    gsub = font["GSUB"].table
    for feature in gsub.FeatureList.FeatureRecord:
        if feature.FeatureTag == "tnum":
            for index in feature.Feature.LookupListIndex:
                for table in gsub.LookupList.Lookup[index].SubTable:
                    tabular.update(getattr(table, "ExtSubTable", table).mapping)
    cmap = font.getBestCmap()
    for digit in range(10):
        for table in font["cmap"].tables:
            if table.isUnicode():
                table.cmap[0xE030 + digit] = tabular[cmap[0x30 + digit]]
    for code, what in SHAPES.items():
        shape(font, code, what)
    font["maxp"].numGlyphs = len(font.getGlyphOrder())
    options = subset.Options(layout_features=[], hinting=False, name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14], notdef_outline=True,
                             drop_tables=["GPOS", "GSUB", "GDEF", "STAT", "DSIG", "gasp", "prep"], recalc_timestamp=False)
    maker = subset.Subsetter(options)
    maker.populate(unicodes=sorted(font.getBestCmap()))
    maker.subset(font)
    font.save(name + ".ttf", reorderTables=True)
    print(name, len(font.getBestCmap()), "characters")
