"""What to say instead: the usual things that people do not want, and the words that bring their opposite."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Positive:
    """A thing that is not wanted, and what to ask for instead; reads well after a comma."""

    #: Names the thing; matched without regard to case, as whole words.
    unwanted: re.Pattern[str]
    says: str


def _when(unwanted: str, says: str) -> Positive:
    return Positive(re.compile(rf"(?:{unwanted})\b", re.IGNORECASE), says)


#: The first that fits counts, so the special stands before the general.
POSITIVES = (
    _when(r"(?:motion[ -])?blur(?:s|red|ry|riness|ring)?|out[ -]of[ -]focus|soft focus|unsharp", "sharp, crisp frames"),
    _when(r"slow[ -]?mo(?:tion)?", "real-time speed"),
    _when(r"(?:camera[ -])?(?:shak(?:e|es|ing|y|iness)|jitters?|jittery|wobbl(?:e|es|ing|y)|jerky)", "a steady camera"),
    _when(r"handheld", "a camera on a tripod"),
    _when(
        r"camera (?:moves?|movements?|motion)|mov(?:e|es|ing) (?:the )?camera|zoom(?:s|ing)?|pan(?:s|ning)?",
        "a locked-off camera",
    ),
    _when(r"flicker(?:s|ing|y)?|strob(?:e|es|ing)", "steady, even light"),
    _when(
        r"(?:on[ -]screen |visible )?(?:texts?|watermarks?|logos?|captions?|subtitles?|letters|lettering|writing"
        r"|titles?|branding|brands?|credits)",
        "a clean, unmarked picture",
    ),
    _when(
        r"(?:extra|additional|missing|deformed|mutated|bad|weird|too many)[ -]"
        r"(?:fingers?|hands?|limbs?|arms?|legs?|faces?|anatomy|body parts)|deformities"
        r"|deform(?:ed|ations?)|mutat(?:ed|ions?)",
        "natural, correct anatomy",
    ),
    _when(r"distort(?:ed|ions?|ing)?|warp(?:ed|ing|s)?|morph(?:ed|ing|s)?|melt(?:ed|ing|s)?", "stable, true shapes"),
    _when(
        r"people|persons?|humans?|crowds?|crowded|pedestrians?|passers-by|bystanders?|tourists?|faces?",
        "empty and deserted",
    ),
    _when(r"cars?|traffic|vehicles?", "quiet, empty streets"),
    _when(
        r"(?:background |wind )?noises?(?= (?:in|on) the (?:audio|sound|track))|(?:audio|sound|voice|music|speech|talk)"
        r"(?: track)? noises?",
        "a clear sound",
    ),
    _when(r"(?:film |image |digital )?(?:noise|noisy|grain|grainy)", "a clean, smooth picture"),
    _when(r"(?:jump |hard |scene )?cuts?|cutting|transitions?|scene changes?|edits", "one continuous shot"),
    _when(r"under-?exposed|dark(?:ness)?|dim|gloomy|murky", "bright, even light"),
    _when(r"over-?exposed|blown[ -]out|too bright", "balanced exposure"),
    _when(r"(?:harsh |hard |deep )?shadows?|harsh light(?:ing)?", "soft, even light"),
    _when(r"lens flares?|glare|reflections?", "a clear, matte picture"),
    _when(
        r"clutter(?:ed)?|mess(?:y)?|distractions?|distracting|busy background|background objects",
        "a tidy, plain background",
    ),
    _when(r"(?:background )?music|soundtrack", "natural ambient sound"),
    _when(r"dialogues?|talk(?:s|ing)?|speech|speak(?:s|ing)?|voices?|voice-?overs?", "natural ambient sound only"),
    _when(r"audio|sounds?", "silence"),
    _when(
        r"(?:low|bad|poor)[ -](?:quality|res(?:olution)?)|(?:compression )?artifacts?|artefacts?|ugly"
        r"|pixelat(?:ed|ion)",
        "fine detail, high quality",
    ),
    _when(
        r"(?:cartoons?|cartoonish|anime|cgi|3d|animated|illustrations?|fake|plastic|artificial)(?: look| style)?",
        "photorealistic, live action",
    ),
    _when(r"over-?saturat(?:ed|ion)|washed[ -]out|desaturated", "natural colours"),
    _when(r"borders?|black bars?|letterbox(?:ing)?|vignett(?:e|es|ing)", "a picture that fills the frame"),
    _when(r"clouds?|cloudy", "a clear sky"),
    _when(r"rain|rainy|snow(?:fall)?", "dry, fair weather"),
    _when(r"wind|windy", "calm air"),
    _when(r"fog|foggy|haze|hazy|mist|misty", "clear air"),
    _when(r"movements?|motion", "a still scene"),
    _when(r"mov(?:e|es|ing)", "held still"),
    _when(r"smil(?:e|es|ing)", "a calm face"),
)


def positive_for(text: str, start: int) -> tuple[int, str] | None:
    """The end of the unwanted thing that begins at ``start``, and what to say instead; ``None`` if it is unusual."""
    for entry in POSITIVES:
        if found := entry.unwanted.match(text, start):
            return found.end(), entry.says
    return None
