"""The cast: who each figure is and what makes it look so."""

from __future__ import annotations

from groom import Style
from person import Figure, shape
from scene import Look, Top

PALE, FAIR, OLIVE = (0.56, 0.33, 0.235), (0.50, 0.27, 0.18), (0.36, 0.18, 0.10)
TAN, BROWN, DEEP = (0.27, 0.125, 0.066), (0.19, 0.085, 0.044), (0.12, 0.052, 0.028)
BLACK, ESPRESSO, CHESTNUT = (0.012, 0.010, 0.009), (0.035, 0.018, 0.010), (0.10, 0.042, 0.018)
GINGER, BLOND, SAND = (0.36, 0.105, 0.025), (0.46, 0.27, 0.11), (0.25, 0.135, 0.06)
SILVER, WHITE = (0.48, 0.47, 0.45), (0.75, 0.74, 0.71)
HAZEL, DARK_EYE, BLUE_EYE = (0.13, 0.075, 0.025), (0.045, 0.022, 0.010), (0.085, 0.16, 0.26)
GREEN_EYE, GREY_EYE = (0.10, 0.15, 0.07), (0.16, 0.19, 0.21)

# fmt: off
FIGURES = [
    Figure("amber", "female", "young", "A young woman with long chestnut hair and a teal jumper.",
        "long chestnut, parted", "fair", "teal knitted jumper, dark trousers", ("warm", "student"),
        Look(
        shape(0, 0.48, {"caucasian": 1}, {
            "head/head-oval": 0.5, "cheek/*-cheek-bones-incr": 0.4, "nose/nose-point-up": 0.4,
            "mouth/mouth-upperlip-volume-incr": 0.4, "eyes/*-eye-scale-incr": 0.35}),
        FAIR, Style(
            length=0.31, gravity=1.1, lift=0.1, part=0.012, comb=(0, 0.25, 0), volume=0.008,
            clump=0.5, wave=0.003, steps=24),
        CHESTNUT, GREEN_EYE, (0.42, 0.14, 0.13),
        (Top((0.06, 0.17, 0.19), "knit", neck="scoop", offset=0.009),),
        brow={"arch": 0.9}, blush=0.6, seed=3)),
    Figure("marcus", "male", "adult",
        "A tall Black man in his thirties with a short beard and a white shirt.",
        "short black, tight curls", "deep brown", "white shirt, dark trousers",
        ("steady", "leader"), Look(
        shape(1, 0.55, {"african": 1}, {
            "head/head-rectangular": 0.4, "chin/chin-width-incr": 0.4,
            "nose/nose-width3-decr": 0.2}, muscle=0.62, height=0.6),
        DEEP, Style(
            length=0.012, lift=0.8, curl=0.002, curl_size=0.003, volume=0.004, strands=32000),
        BLACK, DARK_EYE, (0.17, 0.070, 0.056),
        (Top((0.60, 0.60, 0.58), "cotton", neck="shirt", collar=True),),
        brow={"thick": 1.2, "arch": 0.6}, beard={"kind": "full", "length": 0.008, "strands": 9000},
        stubble=0.4, seed=5)),
    Figure("mei", "female", "young",
        "A young East Asian woman with a straight black bob and a red blouse.",
        "black bob with a fringe", "light", "red blouse, dark trousers", ("sharp", "office"), Look(
        shape(0, 0.46, {"asian": 1}, {
            "head/head-round": 0.4, "chin/chin-width-decr": 0.5, "nose/nose-scale-vert-decr": 0.3}),
        (0.50, 0.285, 0.185), Style(
            length=0.20, gravity=1.6, lift=0.1, comb=(0, 0.15, 0), fringe=0.9, fringe_length=0.035,
            volume=0.009, clump=0.35, steps=20, taper_length=0.08),
        BLACK, DARK_EYE, (0.45, 0.12, 0.12),
        (Top((0.36, 0.025, 0.03), "silk", neck="v", offset=0.008),),
        brow={"thick": 0.8, "arch": 0.6}, blush=0.4, seed=7)),
    Figure("walter", "male", "old",
        "An old man with white hair, a moustache, glasses and a brown cardigan.", "white, receding",
        "pale, lined", "brown cardigan over a pale shirt", ("grandfather", "professor"), Look(
        shape(1, 0.92, {"caucasian": 1}, {
            "head/head-age-incr": 0.5, "nose/nose-volume-incr": 0.4, "ears/*-ear-scale-incr": 0.5,
            "mouth/mouth-laugh-lines-in": 0.5, "nose/nose-hump-incr": 0.3,
            "eyes/*-eye-height2-incr": 0.4, "eyeBlinkLeft": 0, "eyeBlinkRight": 0}, muscle=0.35),
        PALE, Style(
            length=0.055, lift=0.35, comb=(0.3, 0.6, 0), volume=0.006, recede=8, bald=0.35,
            gravity=0.2, wave=0.001),
        WHITE, BLUE_EYE, (0.38, 0.17, 0.15),
        (Top((0.50, 0.52, 0.55), "cotton", neck="shirt", collar=True),
         Top((0.10, 0.045, 0.022), "wool", neck="deep", offset=0.016, opening=0.035, bottom=-0.04)),
        brow={"thick": 1.3, "arch": 0.6},
        beard={"kind": "moustache", "length": 0.012, "strands": 2600}, wrinkles=0.9, spots=1.0,
        tired=0.9, blush=0.8,
        glasses={"colour": (0.05, 0.04, 0.03), "shape": "round", "metal": True}, seed=9)),
    Figure("rosa", "female", "old",
        "An old Latina woman with long silver hair and a plum cardigan.", "long silver, wavy",
        "olive, lined", "plum cardigan over a cream top", ("grandmother", "kind"), Look(
        shape(0, 0.88, {"caucasian": 0.7, "african": 0.15, "asian": 0.15}, {
            "head/head-age-incr": 0.3, "head/head-fat-incr": 0.4, "mouth/mouth-laugh-lines-in": 0.4,
            "nose/nose-volume-incr": 0.2}, weight=0.65),
        OLIVE, Style(
            length=0.24, gravity=0.95, lift=0.18, part=-0.006, comb=(0, 0.2, 0), volume=0.012,
            clump=0.5, wave=0.005, steps=26),
        SILVER, DARK_EYE, (0.33, 0.12, 0.10),
        (Top((0.55, 0.48, 0.38), "cotton", neck="scoop"),
         Top((0.13, 0.03, 0.085), "wool", neck="deep", offset=0.014, opening=0.05)),
        brow={"thick": 0.8, "arch": 0.9}, brow_colour=(0.12, 0.11, 0.10), wrinkles=0.8, spots=0.6,
        tired=0.9, seed=11)),
    Figure("leo", "male", "child", "A freckled ginger boy of about ten in a striped T-shirt.",
        "short ginger, tousled", "pale with freckles", "striped T-shirt, jeans", ("boy", "curious"),
        Look(
        shape(0.7, 0.20, {"caucasian": 1}, {
            "head/head-round": 0.3, "nose/nose-point-up": 0.4, "ears/*-ear-wing-incr": 0.4}),
        PALE, Style(
            length=0.055, side_length=0.03, lift=0.4, comb=(0.5, -0.35, 0.1), volume=0.008,
            gravity=0.15, wave=0.002, clump=0.55, frizz=0.2),
        GINGER, BLUE_EYE, (0.44, 0.17, 0.15),
        (Top((0.55, 0.53, 0.48), "cotton", sleeve=0.75, second=(0.05, 0.12, 0.30),
             pattern="stripes"),),
        trousers=(0.06, 0.09, 0.16), brow={"thick": 0.8, "arch": 0.7}, freckles=0.8, blush=0.8,
        tired=0.25, seed=13)),
    Figure("priya", "female", "adult",
        "A South Asian woman in her thirties with long dark waves and a mustard top.",
        "long black, wavy", "brown", "mustard top, dark trousers", ("bright", "doctor"), Look(
        shape(0, 0.56, {"caucasian": 0.65, "african": 0.2, "asian": 0.15}, {
            "nose/nose-hump-incr": 0.3, "nose/nose-scale-vert-incr": 0.3,
            "eyes/*-eye-scale-incr": 0.5, "mouth/mouth-lowerlip-volume-incr": 0.5,
            "head/head-invertedtriangular": 0.5}),
        TAN, Style(
            length=0.34, gravity=0.9, lift=0.18, part=-0.004, comb=(0, 0.2, 0), volume=0.012,
            clump=0.5, wave=0.006, steps=26),
        BLACK, DARK_EYE, (0.27, 0.085, 0.075),
        (Top((0.42, 0.20, 0.03), "cotton", neck="scoop", offset=0.008),),
        brow={"thick": 1.15, "arch": 0.9}, blush=0.35, tired=0.7, seed=15)),
    Figure("james", "male", "adult",
        "A white man in his fifties with side-parted greying hair and a navy jacket.",
        "greying brown, side-parted", "fair", "navy jacket over a white shirt", ("boss", "lawyer"),
        Look(
        shape(1, 0.72, {"caucasian": 1}, {
            "head/head-square": 0.6, "chin/chin-width-incr": 0.5, "chin/chin-cleft-incr": 0.6,
            "nose/nose-scale-vert-incr": 0.3, "forehead/forehead-scale-vert-incr": 0.3,
            "mouth/mouth-upperlip-volume-decr": 0.4}, weight=0.6),
        FAIR, Style(
            length=0.075, side_length=0.025, lift=0.3, part=0.030, part_pull=1.5,
            comb=(-0.2, 0.5, 0.1), gravity=0.2, volume=0.006, recede=4, clump=0.5),
        ESPRESSO, GREY_EYE, (0.37, 0.15, 0.13),
        (Top((0.62, 0.62, 0.62), "cotton", neck="shirt", collar=True),
         Top((0.012, 0.018, 0.045), "wool", neck="deep", offset=0.015, opening=0.012,
             bottom=-0.07)),
        trousers=(0.012, 0.018, 0.045), brow={"thick": 1.2, "arch": 0.4}, stubble=0.45,
        wrinkles=0.45, grey=0.35, tired=0.7, seed=17)),
    Figure("aisha", "female", "young", "A young Black woman with a round afro and an orange top.",
        "black afro", "deep brown", "orange top, dark trousers", ("lively", "singer"), Look(
        shape(0, 0.47, {"african": 1}, {
            "head/head-oval": 0.6, "cheek/*-cheek-bones-incr": 0.6, "chin/chin-triangle": 0.4,
            "eyes/*-eye-scale-incr": 0.4}),
        BROWN, Style(
            length=0.085, lift=1.6, curl=0.0045, curl_size=0.0035, volume=0.03, strands=34000,
            clump=0.15, frizz=0.35, comb=(0, 0.05, 0.2), taper_length=0.12),
        BLACK, DARK_EYE, (0.24, 0.075, 0.065),
        (Top((0.48, 0.115, 0.02), "cotton", neck="crew", offset=0.007),),
        brow={"thick": 0.9, "arch": 1.0}, blush=0.3, seed=19)),
    Figure("kenji", "male", "adult",
        "A Japanese man in his thirties with short black hair and a grey jumper.",
        "short black, brushed up", "light", "grey jumper, dark trousers", ("quiet", "engineer"),
        Look(
        shape(1, 0.56, {"asian": 1}, {
            "head/head-rectangular": 0.5, "cheek/*-cheek-bones-incr": 0.4,
            "nose/nose-scale-vert-incr": 0.4, "chin/chin-height-incr": 0.3}, muscle=0.45),
        (0.45, 0.245, 0.15), Style(
            length=0.045, side_length=0.016, lift=0.75, comb=(0.25, -0.25, 0.3), volume=0.01,
            clump=0.7, frizz=0.25, gravity=0.05),
        BLACK, DARK_EYE, (0.34, 0.13, 0.11),
        (Top((0.16, 0.165, 0.175), "knit", neck="crew", offset=0.010),),
        brow={"thick": 1.25, "arch": 0.4}, stubble=0.2, seed=21)),
    Figure("sofia", "female", "adult",
        "A Mediterranean woman of fifty with dark waves, glasses and a green blouse.",
        "dark brown with grey, shoulder length", "olive", "green blouse, dark trousers",
        ("teacher", "detective"), Look(
        shape(0, 0.70, {"caucasian": 1}, {
            "nose/nose-greek-incr": 0.5, "nose/nose-hump-incr": 0.5, "head/head-diamond": 0.5,
            "mouth/mouth-scale-horiz-incr": 0.4, "mouth/mouth-laugh-lines-in": 0.3}, weight=0.58),
        OLIVE, Style(
            length=0.20, gravity=0.7, lift=0.35, part=0.02, comb=(0, 0.2, 0.1), volume=0.016,
            clump=0.5, wave=0.007, steps=22),
        ESPRESSO, HAZEL, (0.36, 0.11, 0.10),
        (Top((0.035, 0.13, 0.06), "silk", neck="v", offset=0.008),),
        brow={"thick": 1.0, "arch": 0.9}, wrinkles=0.45, grey=0.22, tired=0.7,
        glasses={"colour": (0.03, 0.012, 0.008), "shape": "square"}, seed=23)),
    Figure("tomas", "male", "young", "A young Latino man with dark curls and a denim jacket.",
        "dark brown curls", "tan", "denim jacket over a white T-shirt, jeans",
        ("charming", "musician"), Look(
        shape(1, 0.47, {"caucasian": 0.6, "african": 0.2, "asian": 0.2}, {
            "head/head-triangular": 0.4, "nose/nose-point-down": 0.3, "eyes/*-eye-corner2-up": 0.4,
            "mouth/mouth-lowerlip-volume-incr": 0.4}, muscle=0.5),
        OLIVE, Style(
            length=0.085, side_length=0.05, lift=0.8, curl=0.006, curl_size=0.0065, volume=0.018,
            gravity=0.35, clump=0.7, frizz=0.2, comb=(0.1, -0.15, 0.2)),
        ESPRESSO, DARK_EYE, (0.35, 0.13, 0.11),
        (Top((0.60, 0.60, 0.58), "cotton", neck="crew"),
         Top((0.065, 0.11, 0.20), "denim", neck="deep", offset=0.014, opening=0.055, bottom=0.02)),
        trousers=(0.03, 0.045, 0.08), brow={"thick": 1.25, "arch": 0.7},
        beard={"kind": "stubble", "length": 0.0022, "strands": 7000}, stubble=0.3, seed=25)),
    Figure("ingrid", "female", "adult",
        "A tall Nordic woman in her thirties with a blonde bob and a pale blue shirt.",
        "blonde bob", "pale", "pale blue shirt, dark trousers", ("cool", "pilot"), Look(
        shape(0, 0.58, {"caucasian": 1}, {
            "head/head-rectangular": 0.5, "chin/chin-height-incr": 0.4,
            "nose/nose-scale-depth-incr": 0.3, "cheek/*-cheek-bones-incr": 0.6,
            "nose/nose-width2-decr": 0.4}, height=0.65),
        PALE, Style(
            length=0.19, gravity=1.1, lift=0.2, part=0.006, comb=(0, 0.6, 0), volume=0.012,
            clump=0.45, wave=0.002, steps=22, taper_length=0.06),
        BLOND, BLUE_EYE, (0.45, 0.18, 0.16),
        (Top((0.30, 0.40, 0.52), "cotton", neck="shirt", collar=True),),
        brow={"thick": 0.85, "arch": 0.7}, brow_colour=(0.20, 0.115, 0.05), blush=0.7,
        freckles=0.25, seed=27)),
    Figure("omar", "male", "adult",
        "A Middle Eastern man in his forties with a full black beard and a dark green shirt.",
        "short black", "tan", "dark green shirt, dark trousers", ("warm", "captain"), Look(
        shape(1, 0.64, {"caucasian": 0.85, "african": 0.15}, {
            "nose/nose-hump-incr": 0.7, "nose/nose-scale-vert-incr": 0.4,
            "nose/nose-volume-incr": 0.3, "head/head-fat-incr": 0.3,
            "eyes/*-eye-push1-in": 0.3}, weight=0.62, muscle=0.6),
        OLIVE, Style(
            length=0.028, side_length=0.012, lift=0.55, comb=(0, 0.3, 0.1), volume=0.006, recede=6,
            clump=0.4),
        BLACK, DARK_EYE, (0.32, 0.12, 0.10),
        (Top((0.022, 0.06, 0.035), "cotton", neck="shirt", collar=True, offset=0.008),),
        brow={"thick": 1.5, "arch": 0.5}, beard={"kind": "full", "length": 0.022, "strands": 16000},
        stubble=0.7, wrinkles=0.25, grey=0.06, tired=0.8, seed=29)),
    Figure("nia", "female", "child",
        "A Black girl of nine with short natural curls and a yellow T-shirt.", "short black curls",
        "brown", "yellow T-shirt, jeans", ("girl", "brave"), Look(
        shape(0.2, 0.20, {"african": 1}, {
            "head/head-round": 0.5, "eyes/*-eye-scale-incr": 0.4,
            "cheek/*-cheek-volume-incr": 0.4}),
        BROWN, Style(
            length=0.05, lift=1.4, curl=0.004, curl_size=0.0035, volume=0.02, strands=32000,
            clump=0.3, frizz=0.3, comb=(0, 0.1, 0.2)),
        BLACK, DARK_EYE, (0.26, 0.085, 0.07),
        (Top((0.60, 0.40, 0.04), "cotton", sleeve=0.75, neck="crew"),),
        trousers=(0.06, 0.09, 0.16), brow={"thick": 0.8, "arch": 0.9}, tired=0.2, blush=0.4,
        seed=31)),
    Figure("hana", "female", "teen",
        "A Korean teenager with long straight black hair and a lilac jumper.",
        "long straight black", "light", "lilac jumper, jeans", ("student", "shy"), Look(
        shape(0, 0.36, {"asian": 1}, {
            "head/head-oval": 0.6, "chin/chin-triangle": 0.6, "nose/nose-scale-depth-incr": 0.2,
            "eyes/*-eye-scale-incr": 0.5, "mouth/mouth-scale-horiz-decr": 0.4}),
        (0.54, 0.31, 0.215), Style(
            length=0.36, gravity=1.5, lift=0.08, part=0.0, comb=(0, 0.2, 0), volume=0.007,
            clump=0.35, steps=26),
        (0.018, 0.012, 0.010), DARK_EYE, (0.46, 0.16, 0.15),
        (Top((0.30, 0.21, 0.42), "knit", neck="crew", offset=0.011),),
        trousers=(0.06, 0.09, 0.16), brow={"thick": 0.65, "arch": 0.9, "density": 650}, blush=0.6,
        tired=0.25, seed=33)),
    Figure("ben", "male", "teen",
        "A lanky white teenager with messy brown hair and a dark red hoodie.", "messy light brown",
        "fair", "dark red hoodie, jeans", ("student", "restless"), Look(
        shape(0.95, 0.37, {"caucasian": 1}, {
            "head/head-oval": 0.7, "nose/nose-scale-vert-incr": 0.3, "ears/*-ear-wing-incr": 0.3,
            "chin/chin-width-decr": 0.3}, weight=0.35, muscle=0.4),
        FAIR, Style(
            length=0.085, side_length=0.06, lift=0.45, comb=(-0.4, -0.5, 0.05), volume=0.013,
            gravity=0.35, wave=0.004, clump=0.65, frizz=0.25, hairline=-1),
        SAND, HAZEL, (0.42, 0.16, 0.15),
        (Top((0.16, 0.02, 0.025), "cotton", neck="crew", offset=0.013, drape=12),),
        trousers=(0.06, 0.09, 0.16), brow={"thick": 1.0, "arch": 0.4}, freckles=0.3, blush=0.6,
        tired=0.4, seed=35)),
    Figure("grace", "female", "old",
        "An old Black woman with short white curls, glasses and a blue cardigan.",
        "short white curls", "deep brown, lined", "blue cardigan over a white top",
        ("grandmother", "judge"), Look(
        shape(0, 0.86, {"african": 1}, {
            "head/head-round": 0.4, "head/head-age-incr": 0.2, "head/head-fat-incr": 0.4,
            "mouth/mouth-laugh-lines-in": 0.4}, weight=0.65),
        BROWN, Style(
            length=0.035, lift=1.0, curl=0.004, curl_size=0.004, volume=0.014, strands=30000,
            clump=0.5, frizz=0.25, comb=(0, 0.2, 0.1)),
        WHITE, DARK_EYE, (0.20, 0.075, 0.062),
        (Top((0.58, 0.57, 0.55), "cotton", neck="scoop"),
         Top((0.03, 0.075, 0.20), "wool", neck="deep", offset=0.014, opening=0.045)),
        brow={"thick": 0.8, "arch": 0.8}, brow_colour=(0.14, 0.13, 0.12), wrinkles=0.6, spots=0.3,
        tired=0.8, glasses={"colour": (0.25, 0.16, 0.05), "shape": "oval", "metal": True},
        seed=37)),
    Figure("viktor", "male", "adult",
        "A heavy bald man of fifty-five with a grey goatee and a black leather jacket.", "bald",
        "fair, ruddy", "black leather jacket over a grey T-shirt", ("gangster", "guard"), Look(
        shape(1, 0.74, {"caucasian": 1}, {
            "head/head-square": 0.5, "head/head-fat-incr": 0.5, "neck/neck-double-incr": 0.5,
            "nose/nose-flaring-incr": 0.5, "nose/nose-scale-horiz-incr": 0.4,
            "forehead/forehead-nubian-incr": 0.3,
            "eyes/*-eye-scale-decr": 0.4}, weight=0.78, muscle=0.65),
        FAIR, None,
        SILVER, GREY_EYE, (0.37, 0.15, 0.13),
        (Top((0.14, 0.14, 0.15), "cotton", neck="crew"),
         Top((0.010, 0.010, 0.011), "leather", neck="deep", offset=0.015, opening=0.05,
             bottom=0.0)),
        brow={"thick": 1.1, "arch": 0.3}, brow_colour=(0.10, 0.08, 0.065),
        beard={"kind": "goatee", "length": 0.013, "strands": 6000}, beard_colour=(0.30, 0.28, 0.26),
        stubble=0.4, blush=0.9, wrinkles=0.5, spots=0.3, tired=0.9, seed=39)),
    Figure("chloe", "female", "young",
        "A young freckled woman with red curls and a moss-green jumper.", "red curls",
        "pale with freckles", "moss-green jumper, dark trousers", ("artist", "free"), Look(
        shape(0, 0.45, {"caucasian": 1}, {
            "head/head-round": 0.6, "nose/nose-point-up": 0.6, "nose/nose-scale-vert-decr": 0.4,
            "mouth/mouth-scale-horiz-incr": 0.4, "cheek/*-cheek-volume-incr": 0.5,
            "chin/chin-height-decr": 0.3}),
        PALE, Style(
            length=0.21, gravity=0.8, lift=0.5, part=-0.015, curl=0.008, curl_size=0.008,
            comb=(0, 0.15, 0.1), volume=0.022, clump=0.75, frizz=0.2, steps=32),
        GINGER, GREEN_EYE, (0.46, 0.17, 0.15),
        (Top((0.085, 0.105, 0.035), "knit", neck="scoop", offset=0.010),),
        brow={"thick": 0.8, "arch": 0.8}, brow_colour=(0.20, 0.07, 0.02), freckles=0.9, blush=0.8,
        seed=41)),
    Figure("arjun", "male", "adult",
        "An Indian man in his thirties with a moustache and a burgundy shirt.",
        "black, side-parted", "brown", "burgundy shirt, dark trousers", ("clever", "inspector"),
        Look(
        shape(1, 0.55, {"caucasian": 0.7, "african": 0.2, "asian": 0.1}, {
            "head/head-oval": 0.6, "nose/nose-width3-incr": 0.3, "nose/nose-greek-incr": 0.3,
            "eyes/*-eye-scale-incr": 0.3, "chin/chin-prominent-decr": 0.3}, muscle=0.45),
        TAN, Style(
            length=0.07, side_length=0.022, lift=0.3, part=-0.028, part_pull=1.4,
            comb=(0.25, 0.35, 0.15), gravity=0.15, volume=0.010, clump=0.5),
        BLACK, DARK_EYE, (0.26, 0.095, 0.08),
        (Top((0.14, 0.012, 0.03), "cotton", neck="shirt", collar=True),),
        brow={"thick": 1.35, "arch": 0.6},
        beard={"kind": "moustache", "length": 0.010, "strands": 2600}, stubble=0.45, tired=0.8,
        seed=43)),
    Figure("dorothy", "female", "adult",
        "A white woman of sixty with a neat grey bob, red glasses and a red blazer.", "grey bob",
        "fair, lightly lined", "red blazer over a black top", ("mayor", "strict"), Look(
        shape(0, 0.78, {"caucasian": 1}, {
            "head/head-triangular": 0.6, "chin/chin-prominent-incr": 0.6,
            "nose/nose-hump-incr": 0.6, "head/head-age-incr": 0.4, "head/head-fat-decr": 0.4,
            "cheek/*-cheek-bones-incr": 0.5, "nose/nose-scale-depth-incr": 0.4,
            "nose/nose-width1-decr": 0.4, "mouth/mouth-upperlip-volume-decr": 0.5,
            "mouth/mouth-lowerlip-volume-decr": 0.3}, weight=0.45),
        FAIR, Style(
            length=0.155, gravity=1.1, lift=0.2, part=0.004, comb=(0, 0.6, 0.0), volume=0.014,
            clump=0.4, wave=0.002, taper_length=0.08, steps=20),
        SILVER, BLUE_EYE, (0.45, 0.09, 0.09),
        (Top((0.02, 0.02, 0.022), "silk", neck="scoop"),
         Top((0.34, 0.018, 0.022), "wool", neck="deep", offset=0.014, opening=0.02, bottom=-0.06)),
        brow={"thick": 0.75, "arch": 1.0}, brow_colour=(0.16, 0.12, 0.09), wrinkles=0.55, tired=0.7,
        glasses={"colour": (0.20, 0.012, 0.016), "shape": "oval"}, seed=45)),
    Figure("diego", "male", "young",
        "A muscular young man with a buzz cut, stubble and a black T-shirt.", "black buzz cut",
        "tan", "black T-shirt, jeans", ("soldier", "boxer"), Look(
        shape(1, 0.49, {"caucasian": 0.5, "asian": 0.3, "african": 0.2}, {
            "head/head-square": 0.7, "chin/chin-width-incr": 0.6,
            "nose/nose-compression-compress": 0.3, "nose/nose-scale-horiz-incr": 0.3,
            "neck/neck-scale-horiz-incr": 0.3}, muscle=0.85, weight=0.55),
        TAN, Style(
            length=0.006, lift=1.5, volume=0.001, strands=34000, clump=0.0, frizz=0.1,
            comb=(0, -0.3, 0), steps=6, thickness=0.00013),
        BLACK, HAZEL, (0.29, 0.11, 0.09),
        (Top((0.018, 0.018, 0.020), "cotton", sleeve=0.75, neck="crew"),),
        trousers=(0.05, 0.075, 0.13), brow={"thick": 1.3, "arch": 0.3},
        beard={"kind": "stubble", "length": 0.0022, "strands": 8000}, stubble=0.4, seed=47)),
    Figure("lily", "female", "child", "A blonde girl of ten with a fringe and a pink top.",
        "long blonde with a fringe", "pale", "pink top, jeans", ("girl", "dreamy"), Look(
        shape(0.1, 0.21, {"caucasian": 1}, {
            "head/head-oval": 0.5, "nose/nose-point-up": 0.5, "eyes/*-eye-scale-incr": 0.3,
            "mouth/mouth-scale-horiz-decr": 0.3}),
        PALE, Style(
            length=0.26, gravity=1.3, lift=0.1, comb=(0, 0.15, 0), fringe=0.9, fringe_length=0.022,
            volume=0.008, clump=0.45, wave=0.002, steps=24),
        BLOND, BLUE_EYE, (0.47, 0.19, 0.18),
        (Top((0.52, 0.20, 0.25), "cotton", neck="scoop", sleeve=1.92, second=(0.60, 0.50, 0.50),
             pattern="dots"),),
        trousers=(0.06, 0.09, 0.16), brow={"thick": 0.7, "arch": 0.7},
        brow_colour=(0.22, 0.13, 0.06), blush=0.8, tired=0.2, seed=49)),
    Figure("henry", "male", "adult",
        "A Black man of fifty with close grey hair, glasses and a charcoal jacket.",
        "close-cropped grey", "dark brown", "charcoal jacket over a pale yellow shirt",
        ("mentor", "priest"), Look(
        shape(1, 0.70, {"african": 1}, {
            "head/head-round": 0.5, "head/head-fat-incr": 0.3, "ears/*-ear-scale-incr": 0.3,
            "nose/nose-hump-incr": 0.3, "mouth/mouth-laugh-lines-in": 0.3,
            "forehead/forehead-scale-vert-incr": 0.4}, weight=0.62),
        BROWN, Style(
            length=0.009, lift=1.0, curl=0.0018, curl_size=0.003, volume=0.003, strands=32000,
            recede=8, hairline=3),
        BLACK, DARK_EYE, (0.20, 0.075, 0.06),
        (Top((0.58, 0.50, 0.30), "cotton", neck="shirt", collar=True),
         Top((0.035, 0.036, 0.040), "wool", neck="deep", offset=0.015, opening=0.015,
             bottom=-0.07)),
        grey=0.6, brow={"thick": 1.0, "arch": 0.5}, stubble=0.3, wrinkles=0.35, tired=0.8,
        glasses={"colour": (0.01, 0.01, 0.01), "shape": "square"}, seed=51)),
    Figure("wei", "male", "old",
        "An old Chinese man with swept-back grey hair, a white goatee and a dark jacket.",
        "grey, swept back", "light, lined", "dark grey jacket", ("master", "shopkeeper"), Look(
        shape(1, 0.90, {"asian": 1}, {
            "head/head-age-incr": 0.4, "head/head-oval": 0.4, "cheek/*-cheek-bones-incr": 0.6,
            "cheek/*-cheek-volume-decr": 0.5, "mouth/mouth-laugh-lines-in": 0.4,
            "ears/*-ear-lobe-incr": 0.5, "eyes/*-eye-height2-incr": 0.6, "eyeBlinkLeft": 0,
            "eyeBlinkRight": 0}, weight=0.35, muscle=0.35),
        (0.42, 0.24, 0.15), Style(
            length=0.075, side_length=0.035, lift=0.35, comb=(0, 1, 0.25), volume=0.007, recede=8,
            hairline=4, clump=0.4, gravity=0.1),
        SILVER, DARK_EYE, (0.33, 0.14, 0.12),
        (Top((0.045, 0.048, 0.052), "cotton", neck="shirt", collar=True, offset=0.009),),
        brow={"thick": 1.0, "arch": 0.6}, brow_colour=(0.28, 0.27, 0.26),
        beard={"kind": "goatee", "length": 0.026, "strands": 3000}, beard_colour=WHITE,
        wrinkles=0.8, spots=0.7, tired=0.9, seed=53)),
]
# fmt: on
