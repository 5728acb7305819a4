// In the page: on a phone the list of pages starts folded.
if (matchMedia("(max-width: 52rem)").matches) document.querySelector("nav details").open = false;
