"use strict";
// The preview of a questionnaire: what is tried out stays in this page. Only what is asked is shown, as on a phone.
{
  const form = document.getElementById("try");
  const sheet = self.questions(form);
  const numbers = new Map(sheet.all.map((one) => [one, one.querySelector(".steps")]).filter(([, place]) => place));
  // Questions that are not asked do not count: the others are numbered anew.
  function renumber() {
    const shown = sheet.asked().filter((one) => numbers.has(one));
    shown.forEach((one, at) => {
      const place = numbers.get(one);
      place.textContent = place.textContent.replace(/\d+/, at + 1).replace(/\d+(?=\D*$)/, shown.length);
    });
  }
  function refresh() { sheet.refresh(); renumber(); }
  form.addEventListener("input", refresh);
  form.addEventListener("change", refresh);
  form.addEventListener("submit", (event) => event.preventDefault());
  refresh();
}
